// @ts-check
// The journal screen: cursor, marks, keys, dialogs, the address, and what other processes record.
import { Store, live, nodes } from "./store.js";
import { Window } from "./window.js";
import { explain, listen } from "./keys.js";
import { keeping } from "./proposal.js";
import { writing } from "./write.js";
import { Progress } from "./progress.js";

const one = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const store = new Store();
const marked = new Set();
let cursor = -1;
let timer = 0;

const view = new Window(store, one("stream"), one("field"), shown);

/** After cards came or went: the cursor and marks stand again, the place is told, sizes of deltas are asked for. */
function shown() {
  for (const card of one("field").querySelectorAll(".card")) {
    card.classList.toggle("cursor", Number(card.dataset.n) === cursor);
    card.classList.toggle("marked", marked.has(card.dataset.id));
  }
  enlarge();
  document.body.dataset.marked = [...marked].join("\n");
  one("marked").textContent = marked.size ? `${marked.size} marked` : "";
  one("where").textContent = store.columns && store.count ? `${store.day(cursor >= 0 ? cursor : Math.min(view.first, store.count - 1))}` : "";
  clearTimeout(timer);
  timer = setTimeout(sizes, 120);
}

/** Large cards have large thumbnails, from sheets of their own. */
function enlarge() {
  const large = document.documentElement.dataset.size === "3";
  const [one_dot, two_dots] = large ? [3, 6] : [1, 2];
  for (const image of one("field").querySelectorAll(large ? ".thumb:not(.large)" : ".thumb.large")) {
    image.classList.toggle("large", large);
    image.srcset = image.srcset.replace(/-\d\.webp 1x/, `-${one_dot}.webp 1x`).replace(/-\d\.webp 2x/, `-${two_dots}.webp 2x`);
  }
}

async function sizes() {
  const open = [...one("field").querySelectorAll(".delta[data-of]:empty")];
  if (!open.length) return;
  const known = await store.sizes([...new Set(open.map((node) => node.dataset.of))]);
  for (const node of open) node.textContent = known.get(node.dataset.of) ?? "";
  if (open.some((node) => !known.has(node.dataset.of))) timer = setTimeout(sizes, 120);
}

/** @param {number} post @param {boolean} [middle] */
function go(post, middle = false) {
  if (!store.count) return;
  cursor = Math.max(0, Math.min(store.count - 1, post));
  view.show(cursor, middle)?.focus({ preventScroll: true });
  shown();
  clearTimeout(address);
  address = setTimeout(() => {
    const id = store.head(cursor)[0];
    history.replaceState(null, "", id ? `/?id=${encodeURIComponent(id)}` : "/");
  }, 300);
}
let address = 0;

/** The post that keys start from: the cursor, else the newest in view. */
const here = () => (cursor >= 0 ? cursor : store.count);
// Before the index is here the cards that came with the page know their ids.
const chosen = () => (cursor >= 0 ? store.head(cursor)[0] || view.card_of(cursor)?.dataset.id || "" : "");

/** @param {string} id @param {string} [at] a place in it */
async function open(id, at) {
  if (!id) return;
  const answer = await fetch(`/x/${encodeURIComponent(id)}`);
  one("card").replaceChildren(nodes(await answer.text()));
  one("card").showModal();
  if (at) one("card").querySelector(at)?.scrollIntoView();
}

function mark() {
  const id = chosen();
  if (id && !marked.delete(id)) marked.add(id);
  shown();
}

/** Cards of another height, here and the next time. @param {string} key */
function size(key) {
  document.documentElement.dataset.size = key;
  localStorage.setItem("gitexp-size", key);
  const post = cursor >= 0 ? cursor : view.first;
  view.layout();
  view.show(post);
}

function find() {
  one("find").hidden = false;
  one("find").elements.q.select();
}

const moved = live(renew);

/** @type {import("./keys.js").Key[]} */
const table = [
  { keys: ["j", "ArrowRight"], says: "next", run: () => go(here() + 1) },
  { keys: ["k", "ArrowLeft"], says: "the one before", run: () => go(here() - 1) },
  { keys: ["ArrowDown"], says: "a row down", run: () => go(store.start(store.slot(here()) + view.columns)) },
  { keys: ["ArrowUp"], says: "a row up", run: () => go(store.start(store.slot(here()) - view.columns)) },
  { keys: ["g"], says: "the first", run: () => go(0) },
  { keys: ["G"], says: "the newest", run: () => go(store.count - 1) },
  { keys: ["p"], says: "its parent", run: () => {
    const at = store.columns?.of[cursor] ?? -1;
    const parent = at >= 0 ? store.columns?.parents[at] ?? -1 : -1;
    if (parent >= 0) go(store.find(/** @type {any} */ (store.columns).ids[parent]));
  } },
  { keys: ["Enter"], says: "open it here", run: () => void open(chosen()) },
  { keys: ["d"], says: "what it changed", run: () => void open(chosen(), "h2") },
  { keys: ["e"], says: "its page", screen: "experiment", run: () => chosen() && location.assign(`/experiment/${encodeURIComponent(chosen())}`) },
  { keys: [" ", "x"], says: "mark it, or not", run: mark },
  { keys: ["c"], says: "line up the marked", screen: "lineup", run: () => location.assign(`/lineup?${new URLSearchParams([...marked].map((id) => ["id", id]))}`) },
  { keys: ["l"], says: "how it came about", screen: "lineage", run: () => chosen() && location.assign(`/lineage/${encodeURIComponent(chosen())}`) },
  { keys: ["f"], says: "its code, to make a filter", screen: "filter", run: () => location.assign(chosen() ? `/filter?id=${encodeURIComponent(chosen())}` : "/filter") },
  keeping(moved),
  ...writing({ here: () => (cursor >= 0 ? view.card_of(cursor) : null), kept: moved, ghost, leave: () => one("stream").focus(), marked: () => [...marked] }),
  { keys: ["1", "2", "3"], says: "small, middle, large cards", run: (key) => size(key) },
  { keys: [":"], says: "go to an id", run: find },
  { keys: ["/"], says: "search", screen: "search", run: () => location.assign("/search") },
  { keys: ["t"], says: "topics", screen: "topic", run: () => location.assign("/topics") },
  { keys: ["Escape"], says: "back, unmark", run: () => { marked.clear(); cursor = -1; shown(); } },
  { keys: ["?"], says: "these keys", run: () => explain(one("keys"), table) },
];

/** Take over a new state of the record. @param {string} tip */
async function renew(tip) {
  if (await store.load(tip)) view.layout();
  void progress?.load();
}

function ghost(/** @type {string} */ text) {
  const card = document.createElement("article");
  card.className = "card pending";
  const body = card.appendChild(document.createElement("div"));
  body.className = "entry";
  body.textContent = text;
  const columns = view.columns;
  const last = view.card_of(store.count - 1)?.closest(".chunk");
  if (last && store.slots % columns) last.append(card);
  else one("line").before(card);
  return () => card.remove();
}

const plot = document.getElementById("progress");
const progress = plot && new Progress(plot, (id) => go(store.find(id), true));

listen(table);
one("help").addEventListener("click", () => explain(one("keys"), table));
one("find").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  const text = one("find").elements.q.value.trim();
  const id = store.columns?.ids.find((name) => name === text) ?? store.columns?.ids.findLast((name) => name.includes(text));
  one("find").hidden = true;
  if (id) go(store.find(id), true);
});
one("find").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
  if (event.key === "Escape") { one("find").hidden = true; one("stream").focus(); }
});
one("field").addEventListener("click", (/** @type {MouseEvent} */ event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const card = /** @type {HTMLElement | null} */ (target.closest(".card"));
  const link = /** @type {HTMLAnchorElement | null} */ (target.closest("a.id, a.parent"));
  if (!card || event.shiftKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (target.closest("a")) return;
    cursor = Number(card.dataset.n);
    mark();
    return;
  }
  if (target.closest("a") && !link) return;
  cursor = Number(card.dataset.n);
  shown();
  if (link) { event.preventDefault(); void open(decodeURIComponent(link.pathname.split("/").pop() ?? "")); }
});
one("card").addEventListener("click", (/** @type {MouseEvent} */ event) => event.target === one("card") && one("card").close());

document.documentElement.dataset.size = localStorage.getItem("gitexp-size") ?? "2";
const wanted = new URLSearchParams(location.search).get("id");
await store.load(/** @type {string} */ (document.body.dataset.tip));
view.layout();
if (wanted) go(store.find(wanted), true);
else if (document.activeElement === document.body) one("stream").focus();
document.body.dataset.ready = "";
void progress?.load();
