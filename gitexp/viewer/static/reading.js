// @ts-check
// Lineage, topic and other pages that are read along: step by step with the keys.
import { explain, listen } from "./keys.js";

const one = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
let place = -1;
const marked = new Set();

const steps = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".step")]);
const chosen = () => steps()[place]?.dataset.id ?? "";

/** @param {number} to */
function go(to) {
  const all = steps();
  if (!all.length) return;
  place = Math.max(0, Math.min(all.length - 1, to));
  for (const [number, step] of all.entries()) step.classList.toggle("cursor", number === place);
  all[place].focus({ preventScroll: true });
  all[place].scrollIntoView({ block: "nearest" });
}

function mark() {
  const id = chosen();
  if (id && !marked.delete(id)) marked.add(id);
  for (const step of steps()) step.classList.toggle("marked", marked.has(step.dataset.id));
}

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
  { keys: ["/"], says: "search", run: () => (document.querySelector("#ask input") ? one("ask").elements.q.select() : location.assign("/search")) },
  { keys: ["Escape"], says: "back", run: () => history.back() },
  { keys: ["?"], says: "these keys", run: () => explain(one("keys"), table) },
];

listen(table);
one("help").addEventListener("click", () => explain(one("keys"), table));
export const begin = () => { place = -1; };
