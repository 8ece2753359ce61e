// @ts-check
// Search, live as one types; the address keeps the query.
import { nodes } from "./store.js";
import { begin } from "./reading.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("ask"));
const box = /** @type {HTMLInputElement} */ (form.elements.namedItem("q"));
const place = /** @type {HTMLElement} */ (document.getElementById("reading"));
const found = /** @type {HTMLElement} */ (document.getElementById("found"));
let under = new AbortController();
let timer = 0;

let answered = box.value;

async function ask() {
  if (box.value === answered) return;
  answered = box.value;
  under.abort();
  under = new AbortController();
  const asked = new URLSearchParams({ q: box.value });
  history.replaceState(null, "", box.value ? `/search?${asked}` : "/search");
  if (!box.value.trim()) return found.replaceChildren();
  asked.set("part", "1");
  try {
    const answer = await fetch(`/search?${asked}`, { signal: under.signal });
    found.replaceChildren(nodes(await answer.text()));
    begin();
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "AbortError") throw error;
  }
}

box.addEventListener("input", (event) => {
  if (/** @type {InputEvent} */ (event).isComposing) return;
  clearTimeout(timer);
  timer = setTimeout(ask, 60);
});
box.addEventListener("compositionend", () => void ask());
box.addEventListener("keydown", (event) => {
  if (event.key === "Escape" || event.key === "ArrowDown") place.focus();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void ask();
  place.focus();
});
