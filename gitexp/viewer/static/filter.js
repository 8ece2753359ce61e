// @ts-check
// The filter screen: lines are chosen with the mouse or the keys, kept or hidden by rules; the effect on other experiments stands beside.
import { nodes } from "./store.js";
import { explain, listen } from "./keys.js";

const one = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const stage = one("filter");
const source = one("source");
/** @type {string[]} */ let rules = JSON.parse(one("rules").dataset.rules);
let from = 0;
let to = 0;
let turn = 0;

const path = () => /** @type {string} */ (one("path").value);
/** The path as a rule writes it: in quotes where it holds signs of a rule. */
const rulePath = () => /[#@!:"\\]|^\s|\s$/.test(path()) ? `"${path().replace(/["\\]/g, "\\$&")}"` : path();
const line = (/** @type {number} */ number) => /** @type {HTMLElement | null} */ (source.querySelector(`[data-n="${number}"]`));

/** @param {string} where @param {object} values */
async function post(where, values) {
  const body = JSON.stringify({ version: stage.dataset.version, anchor: stage.dataset.anchor, path: path(), rules, ...values });
  const answer = await fetch(where, { method: "POST", body, headers: { "content-type": "application/json" } });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error + (found.hint ? ` (${found.hint})` : ""));
  return found;
}

/** Show what the rules do; a rule that cannot be read is taken out again. @param {string} [fresh] the rule just added */
async function see(fresh) {
  const mine = ++turn;
  listed();
  try {
    const found = await post("/filter/see", {});
    if (mine !== turn) return;
    const top = source.scrollTop;
    source.replaceChildren(nodes(found.source));
    source.scrollTop = top;
    one("effect").replaceChildren(nodes(found.effect));
    one("hidden").textContent = rules.length ? `${found.hidden} lines hidden` : "";
    one("said").textContent = "";
    chosen(from, to);
  } catch (error) {
    one("said").textContent = /** @type {Error} */ (error).message;
    if (fresh) {
      rules = rules.filter((rule) => rule !== fresh);
      listed();
    }
  }
}

function listed() {
  one("rules").replaceChildren(...rules.map((rule) => {
    const item = document.createElement("li");
    const button = item.appendChild(document.createElement("button"));
    button.textContent = "×";
    button.setAttribute("aria-label", `take out ${rule}`);
    button.addEventListener("click", () => { rules = rules.filter((other) => other !== rule); void see(); });
    item.append(` ${rule}`);
    return item;
  }));
}

/** @param {string} rule */
function add(rule) {
  if (rules.includes(rule)) return;
  rules = [...rules, rule];
  void see(rule);
}

/** @param {number} first @param {number} last */
function chosen(first, last) {
  [from, to] = [first, last];
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  for (const node of source.querySelectorAll("[data-n]")) {
    const number = Number(node.dataset.n);
    node.classList.toggle("chosen", low > 0 && number >= low && number <= high);
  }
}

/** @param {number} by @param {boolean} [stretch] */
function step(by, stretch = false) {
  const count = source.querySelectorAll("[data-n]").length;
  const next = Math.max(1, Math.min(count, (to || 0) + by));
  chosen(stretch && from ? from : next, next);
  line(next)?.scrollIntoView({ block: "nearest" });
}

/** @param {string} sign */
function range(sign) {
  if (!from) return;
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  add(`${sign}${rulePath()}:${low}-${high}`);
}

const symbol = () => line(Math.min(from, to))?.querySelector("button")?.dataset.symbol;

/** @type {import("./keys.js").Key[]} */
const table = [
  { keys: ["j", "ArrowDown"], says: "a line down", run: () => step(1) },
  { keys: ["k", "ArrowUp"], says: "a line up", run: () => step(-1) },
  { keys: ["J"], says: "choose one more below", run: () => step(1, true) },
  { keys: ["K"], says: "choose one more above", run: () => step(-1, true) },
  { keys: ["+", "y"], says: "keep the chosen lines", run: () => range("") },
  { keys: ["-", "x"], says: "hide the chosen lines", run: () => range("!") },
  { keys: ["d"], says: "keep the definition on this line", run: () => symbol() && add(`${rulePath()}::${symbol()}`) },
  { keys: ["r"], says: "keep it with all it needs", run: () => symbol() && add(`${rulePath()}@${symbol()}`) },
  { keys: ["a"], says: "take the filter that is shown", run: () => one("effect").querySelector("button[data-rule], button[data-name]")?.click() },
  { keys: ["u"], says: "take the last rule out", run: () => { rules = rules.slice(0, -1); void see(); } },
  { keys: ["s"], says: "save", run: () => one("save").elements.name.select() },
  { keys: ["Escape"], says: "back", run: () => history.back() },
  { keys: ["?"], says: "these keys", run: () => explain(one("keys"), table) },
];

listen(table);
one("help").addEventListener("click", () => explain(one("keys"), table));
one("path").addEventListener("change", () => { chosen(0, 0); void see(); });
one("effect").addEventListener("click", (/** @type {MouseEvent} */ event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (button?.dataset.rule) add(button.dataset.rule);
  if (button?.dataset.name) location.assign(`/filter?${new URLSearchParams({ id: stage.dataset.id, name: button.dataset.name })}`);
});
source.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const button = target.closest("button");
  if (button) {
    event.preventDefault();
    if (button.dataset.cell) add(`${rulePath()}#${button.dataset.cell}`);
    else add(`${rulePath()}${event.shiftKey ? "@" : "::"}${button.dataset.symbol}`);
    return;
  }
  const row = /** @type {HTMLElement | null} */ (target.closest("[data-n]"));
  if (!row) return;
  const number = Number(row.dataset.n);
  chosen(event.shiftKey && from ? from : number, number);
});
source.addEventListener("pointerover", (/** @type {PointerEvent} */ event) => {
  const row = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-n]"));
  if (row && event.buttons === 1 && from) {
    getSelection()?.removeAllRanges();
    chosen(from, Number(row.dataset.n));
  }
});
one("save").addEventListener("submit", async (/** @type {Event} */ event) => {
  event.preventDefault();
  const name = one("save").elements.name.value.trim();
  try {
    await post("/filter", { name });
    one("said").textContent = `saved as ${name}`;
    source.focus();
  } catch (error) {
    one("said").textContent = /** @type {Error} */ (error).message;
  }
});
one("save").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && source.focus());
await see();
source.focus();
