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
