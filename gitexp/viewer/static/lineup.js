// @ts-check
// The line-up: columns chosen, moved, added and taken out; the address says which. Rows open by key or click.
import { live, nodes } from "./store.js";
import { explain, listen } from "./keys.js";
import { keeping } from "./proposal.js";
import { writing } from "./write.js";

const one = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const stage = one("lineup");
let column = 0;
/** The row under the cursor, among those that open; -1 for none. */
let row = -1;
/** The picture row that is seen. */
let picture = 0;

const heads = () => /** @type {HTMLElement[]} */ ([...stage.querySelectorAll("thead th")]);
const ids = () => heads().map((head) => /** @type {string} */ (head.dataset.id));
const against = () => stage.querySelector("table")?.dataset.against ?? "first";
/** What the address says of it: "" leaves the choice to the viewer. */
const chosen = () => new URLSearchParams(location.search).get("against") ?? "";
const rows = () => /** @type {HTMLTableRowElement[]} */ ([...stage.querySelectorAll("tr.opens")]);

/** @param {string[]} names @param {string} base @param {boolean} [back] came from the history */
async function load(names, base, back = false) {
  const asked = new URLSearchParams(names.map((id) => ["id", id]));
  if (base) asked.set("against", base);
  if (!back) history.pushState(null, "", `/lineup?${asked}`);
  asked.set("part", "1");
  const answer = await fetch(`/lineup?${asked}`);
  const text = await answer.text();
  if (!answer.ok) {
    one("add").elements.id.setCustomValidity("there is no such experiment");
    one("add").elements.id.reportValidity();
    history.back();
    return;
  }
  const open = new Map(rows().map((line) => [line.dataset.row, line.classList.contains("open")]));
  stage.replaceChildren(nodes(text));
  for (const line of rows()) if (open.has(line.dataset.row)) unfold(line, open.get(line.dataset.row));
  step(0);
  pass(0);
  select(Math.min(column, names.length - 1));
}

/** @param {number} number */
function select(number) {
  const all = heads();
  if (!all.length) return;
  column = Math.max(0, Math.min(all.length - 1, number));
  for (const [place, head] of all.entries()) head.classList.toggle("cursor", place === column);
  all[column].scrollIntoView({ inline: "nearest", block: "nearest" });
  all[column].focus({ preventScroll: true });
}

/** @param {number} from @param {number} to */
function move(from, to) {
  const names = ids();
  if (to < 0 || to >= names.length || from === to) return;
  names.splice(to, 0, ...names.splice(from, 1));
  column = to;
  void load(names, chosen());
}

/** @param {string} id */
function away(id) {
  const names = ids().filter((name) => name !== id);
  if (names.length) void load(names, chosen());
  else location.assign("/");
}

/** Open a row, or close it. @param {HTMLTableRowElement} line @param {boolean} [wanted] */
function unfold(line, wanted = !line.classList.contains("open")) {
  line.classList.toggle("open", wanted);
  line.querySelector(".fold[aria-expanded]")?.setAttribute("aria-expanded", String(wanted));
  if (line.classList.contains("extras")) for (const extra of /** @type {NodeListOf<HTMLElement>} */ (stage.querySelectorAll("tr.extra"))) extra.hidden = !wanted;
}

/** Open the row under the cursor; without one, all that the code changed. */
function open_row() {
  const lines = rows();
  if (lines[row]) unfold(lines[row]);
  else open_all();
}

/** Open all definitions, or close them where all are open. */
function open_all() {
  const lines = rows().filter((line) => line.classList.contains("code"));
  const wanted = lines.some((line) => !line.classList.contains("open"));
  for (const line of lines) unfold(line, wanted);
}

/** Move the cursor by some rows; there is none above the first. @param {number} by */
function pass(by) {
  const lines = rows();
  row = Math.max(-1, Math.min(lines.length - 1, row + by));
  for (const [place, line] of lines.entries()) line.classList.toggle("at", place === row);
  const line = lines[row];
  if (by && line) {
    const head = stage.querySelector("thead")?.getBoundingClientRect().bottom ?? 0;
    const box = line.getBoundingClientRect();
    const space = stage.getBoundingClientRect();
    if (box.top < head) stage.scrollBy(0, box.top - head);
    else if (box.bottom > space.bottom) stage.scrollBy(0, Math.min(box.bottom - space.bottom, box.top - head));
  } else if (by) stage.scrollTo(0, 0);
}

/** Show the picture that stands some names further. @param {number} by */
function step(by) {
  const lines = /** @type {HTMLTableRowElement[]} */ ([...stage.querySelectorAll("tr.images")]);
  if (!lines.length) return;
  picture = (picture + by + lines.length) % lines.length;
  for (const [place, line] of lines.entries()) line.hidden = place !== picture;
}

/** The pictures of one column in the place of the others', so that the eye sees what differs: again, those of the next. */
function blink() {
  const dialog = /** @type {HTMLDialogElement} */ (one("blink"));
  if (dialog.open) select((column + 1) % heads().length);
  const lines = /** @type {HTMLTableRowElement[]} */ ([...stage.querySelectorAll("tr.images")]);
  if (!lines.length) return;
  const head = document.createElement("h2");
  const metrics = [...stage.querySelectorAll("tr.numbers")].map((row) => `${row.cells[0].textContent} ${row.cells[column + 1].textContent.trim()}`);
  head.textContent = [ids()[column], ...metrics].join("   ");
  const seen = lines[picture];
  const found = seen.cells[column + 1].querySelector("image");
  const name = (seen.cells[0].firstChild?.textContent ?? "").trim();
  const image = Object.assign(document.createElement("img"), { src: found?.getAttribute("href") ?? "", alt: `${ids()[column]}: ${name}`, width: Number(found?.getAttribute("width")), height: Number(found?.getAttribute("height")) });
  const shown = found ? image : Object.assign(document.createElement("p"), { textContent: `no ${name}` });
  dialog.replaceChildren(head, shown);
  if (!dialog.open) dialog.showModal();
}

const turn = () => void load(ids(), against() === "first" ? "parent" : "first");

/** Show what the record says now. */
async function renew() {
  if (ids().length) await load(ids(), chosen(), true);
}

const moved = live(renew);

/** @type {import("./keys.js").Key[]} */
const table = [
  { keys: ["l", "ArrowRight"], says: "the column to the right", run: () => select(column + 1) },
  { keys: ["h", "ArrowLeft"], says: "the column to the left", run: () => select(column - 1) },
  { keys: ["L"], says: "move it right", run: () => move(column, column + 1) },
  { keys: ["H"], says: "move it left", run: () => move(column, column - 1) },
  { keys: ["j", "ArrowDown"], says: "the row below", run: () => pass(1) },
  { keys: ["k", "ArrowUp"], says: "the row above", run: () => pass(-1) },
  { keys: ["o"], says: "open the row, or close it", run: open_row },
  { keys: ["O"], says: "open all code, or close it", run: open_all },
  { keys: ["]"], says: "the next picture of each", run: () => step(1) },
  { keys: ["["], says: "the picture before", run: () => step(-1) },
  { keys: ["x"], says: "take it out", run: () => ids()[column] && away(ids()[column]) },
  { keys: ["a", "/"], says: "add an id", run: () => one("add").elements.id.select() },
  { keys: ["="], says: "against the first, or each against its parent", run: turn },
  { keys: ["b"], says: "pictures in one place, column after column", card: true, run: blink },
  { keys: ["e", "Enter"], says: "its page", run: () => ids()[column] && location.assign(`/experiment/${encodeURIComponent(ids()[column])}`) },
  keeping(moved),
  ...writing({ here: () => stage.querySelectorAll(".words td")[column] ?? null, kept: moved, leave: () => select(column) }),
  { keys: ["Escape"], says: "back", run: () => location.assign("/") },
  { keys: ["?"], says: "these keys", run: () => explain(one("keys"), table) },
];

listen(table);
one("help").addEventListener("click", () => explain(one("keys"), table));
one("add").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  const box = one("add").elements.id;
  const id = box.value.trim();
  if (!id || ids().includes(id)) return;
  box.value = "";
  column = ids().length;
  void load([...ids(), id], chosen());
});
one("add").addEventListener("input", async () => {
  const box = one("add").elements.id;
  box.setCustomValidity("");
  const answer = await fetch(`/ids?${new URLSearchParams({ q: box.value })}`);
  if (!answer.ok) return;
  one("near").replaceChildren(...(await answer.json()).map((/** @type {string} */ id) => Object.assign(document.createElement("option"), { value: id })));
});
one("add").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
  if (event.key === "Escape") select(column);
});

stage.addEventListener("click", (/** @type {MouseEvent} */ event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const button = /** @type {HTMLElement | null} */ (target.closest("button"));
  if (button?.classList.contains("away")) away(button.dataset.id ?? "");
  else if (button?.classList.contains("turn")) turn();
  else if (button?.classList.contains("step")) step(Number(button.dataset.by));
  else if (target.closest("a, summary, details, pre, output") || getSelection()?.toString()) return;
  else if (target.closest("tr.setting")) target.closest("tr")?.classList.toggle("open");
  else if (target.closest("tr.opens")) {
    const line = /** @type {HTMLTableRowElement} */ (target.closest("tr"));
    pass(rows().indexOf(line) - row);
    unfold(line);
  } else if (target.closest("thead th")) select(heads().indexOf(/** @type {HTMLElement} */ (target.closest("th"))));
});

let dragged = -1;
stage.addEventListener("dragstart", (/** @type {DragEvent} */ event) => {
  dragged = heads().indexOf(/** @type {HTMLElement} */ (/** @type {HTMLElement} */ (event.target).closest?.("th")));
});
stage.addEventListener("dragover", (/** @type {DragEvent} */ event) => {
  if (dragged >= 0 && /** @type {HTMLElement} */ (event.target).closest?.("th")) event.preventDefault();
});
stage.addEventListener("drop", (/** @type {DragEvent} */ event) => {
  const head = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest?.("thead th"));
  if (dragged < 0 || !head) return;
  event.preventDefault();
  move(dragged, heads().indexOf(head));
  dragged = -1;
});

// The value of each curve at the step that is pointed at.
stage.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
  const plot = /** @type {SVGSVGElement | null} */ (/** @type {Element} */ (event.target).closest?.("svg.plot"));
  const said = stage.querySelector(".reading-of");
  if (!plot || !said) return;
  const [left, , right] = /** @type {string} */ (plot.dataset.frame).split(" ").map(Number);
  const [from, , to] = /** @type {string} */ (plot.dataset.range).split(" ").map(Number);
  const box = plot.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * plot.viewBox.baseVal.width;
  const step = from + ((x - left) / (right - left)) * (to - from);
  /** @type {Map<string, [number, string]>} */ const near = new Map();
  for (const curve of /** @type {NodeListOf<SVGPolylineElement>} */ (plot.querySelectorAll("polyline"))) {
    const steps = (curve.dataset.steps ?? "").split(" ").map(Number);
    const values = (curve.dataset.values ?? "").split(" ");
    const place = steps.reduce((best, at, number) => (Math.abs(at - step) < Math.abs(steps[best] - step) ? number : best), 0);
    const label = curve.dataset.label ?? "";
    const known = near.get(label);
    if (!known || Math.abs(steps[place] - step) < Math.abs(known[0] - step)) near.set(label, [steps[place], values[place]]);
  }
  said.textContent = [...near].map(([label, [at, value]]) => `${label} ${value} at ${at}`).join("   ");
});

addEventListener("popstate", () => {
  const asked = new URLSearchParams(location.search);
  void load(asked.getAll("id"), asked.get("against") ?? "", true);
});
select(0);
