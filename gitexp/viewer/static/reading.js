// @ts-check
// Lineage, topic and other pages that are read along: step by step with the keys.
import { explain, listen } from "./keys.js";
import { again, live } from "./store.js";
import { keeping } from "./proposal.js";
import { writing } from "./write.js";

const one = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
let place = -1;
const marked = new Set();

const steps = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".step")]);
const whole = () => /** @type {HTMLElement | null} */ (document.querySelector("section.whole"));
const here = () => steps()[place] ?? whole();
const chosen = () => /** @type {HTMLElement | null | undefined} */ (here()?.closest("[data-id]"))?.dataset.id ?? "";

/** @param {number} to */
function go(to) {
  const all = steps();
  if (!all.length) return;
  place = Math.max(0, Math.min(all.length - 1, to));
  shown();
  all[place].focus({ preventScroll: true });
  all[place].scrollIntoView({ block: "nearest" });
}

function mark() {
  const id = chosen();
  if (id && !marked.delete(id)) marked.add(id);
  shown();
}

function shown() {
  for (const [number, step] of steps().entries()) {
    step.classList.toggle("cursor", number === place);
    step.classList.toggle("marked", marked.has(step.dataset.id));
  }
}

/** Show what the record says now. */
async function renew() {
  await again(document.getElementById("found") ? "#found" : "#reading");
  shown();
}

/** An entry at the end, until it is confirmed. @param {string} text */
function ghost(text) {
  const shown = document.createElement("div");
  shown.className = "entry pending";
  shown.textContent = text;
  (here() ?? one("reading")).append(shown);
  return () => shown.remove();
}

const moved = live(renew);

/** @type {import("./keys.js").Key[]} */
export const table = [
  { keys: ["j", "ArrowDown", "]"], says: "next", run: () => go(place + 1) },
  { keys: ["k", "ArrowUp", "["], says: "the one before", run: () => go(place - 1) },
  { keys: ["g"], says: "the first", run: () => go(0) },
  { keys: ["G"], says: "the last", run: () => go(Infinity) },
  { keys: ["e", "Enter"], says: "its page", run: () => chosen() && location.assign(`/experiment/${encodeURIComponent(chosen())}`) },
  { keys: ["l"], says: "how it came about", run: () => chosen() && location.assign(`/lineage/${encodeURIComponent(chosen())}`) },
  { keys: [" ", "x"], says: "mark it, or not", run: mark },
  { keys: ["c"], says: "line up the marked", run: () => marked.size && location.assign(`/lineup?${new URLSearchParams([...marked].map((id) => ["id", id]))}`) },
  { keys: ["f"], says: "its code, to make a filter", run: () => chosen() && location.assign(`/filter?id=${encodeURIComponent(chosen())}`) },
  keeping(moved),
  ...writing({ here, kept: moved, ghost, leave: () => one("reading").focus(), marked: () => [...marked] }),
  { keys: ["/"], says: "search", run: () => (document.querySelector("#ask input") ? one("ask").elements.q.select() : location.assign("/search")) },
  { keys: ["Escape"], says: "back", run: () => history.back() },
  { keys: ["?"], says: "these keys", run: () => explain(one("keys"), table) },
];

listen(table);
one("help").addEventListener("click", () => explain(one("keys"), table));
export const begin = () => { place = -1; };
