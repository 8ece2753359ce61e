// @ts-check
// Single keys. They never fire while somebody types, composes a word, or holds Ctrl, Alt or Meta.

/** @typedef {{keys: string[], says: string, run: (key: string) => void, screen?: string, card?: boolean}} Key ``card``: also while the card of one is open */

/** @param {Key[]} table @returns {Key[]} those whose screen this viewer has */
export function usable(table) {
  const screens = (document.body.dataset.screens ?? "").split(" ");
  return table.filter((key) => !key.screen || screens.includes(key.screen));
}

/** @param {Key[]} table */
export function listen(table) {
  const known = new Map(usable(table).flatMap((key) => key.keys.map((name) => [name, key])));
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) return;
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "Enter" && target.closest("a, button, summary")) return;
    if (event.key === " " && target.closest("button, summary")) return;
    const key = known.get(event.key);
    const open = document.querySelector("dialog[open]");
    if (!key || (open && event.key !== "?" && !(key.card && open.id !== "keys"))) return;
    event.preventDefault();
    key.run(event.key);
  });
}

/** Ids of the experiments that a click on the menu is about: the marked, else the one under the cursor or of the page. */
function chosen() {
  const marked = document.body.dataset.marked?.split("\n").filter(Boolean) ?? [];
  for (const node of document.querySelectorAll(".marked[data-id]")) marked.push(/** @type {HTMLElement} */ (node).dataset.id ?? "");
  const node = document.querySelector(".cursor[data-id]") ?? document.querySelector(".whole[data-id]");
  const here = /** @type {HTMLElement | null} */ (node)?.dataset.id ?? "";
  return { here, marked: marked.length ? [...new Set(marked)] : here ? [here] : [] };
}

// The address is set while the click is on its way, so that it opens in another tab as well.
document.addEventListener("click", (event) => {
  const link = /** @type {HTMLAnchorElement | null} */ (/** @type {HTMLElement} */ (event.target).closest(".menu a[data-for]"));
  if (!link) return;
  const { here, marked } = chosen();
  if (link.dataset.for === "lineup") link.href = `/lineup?${new URLSearchParams(marked.map((id) => ["id", id]))}`;
  else if (link.dataset.for === "lineage") link.href = here ? `/lineage/${encodeURIComponent(here)}` : "/lineage";
  else link.href = here ? `/filter?id=${encodeURIComponent(here)}` : "/filter";
}, { capture: true });

/** Fill the dialog that lists the keys. @param {HTMLDialogElement} dialog @param {Key[]} table */
export function explain(dialog, table) {
  const list = document.createElement("dl");
  for (const key of usable(table)) {
    const term = list.appendChild(document.createElement("dt"));
    for (const name of key.keys) {
      const cap = term.appendChild(document.createElement("kbd"));
      cap.textContent = name === " " ? "space" : name;
      term.append(" ");
    }
    list.appendChild(document.createElement("dd")).textContent = key.says;
  }
  dialog.replaceChildren(list);
  dialog.showModal();
}
