// @ts-check
// Where nobody saved a filter the code of a proposed one is shown: one click or key keeps it.

/** @param {(tip: string) => Promise<unknown>} moved shows what the record says now @returns {import("./keys.js").Key} */
export function keeping(moved) {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-keep]"));
    if (button) void keep(button, moved);
  });
  const press = () => /** @type {HTMLElement | undefined} */ ([...document.querySelectorAll("[data-keep]")].at(-1))?.click();
  return { keys: ["F"], says: "keep the proposed filter", card: true, run: press };
}

/** @param {HTMLElement} button @param {(tip: string) => Promise<unknown>} moved */
async function keep(button, moved) {
  const { keep: name, rule, anchor } = button.dataset;
  const line = /** @type {HTMLElement} */ (button.parentElement);
  const body = JSON.stringify({ name, rules: [rule], anchor, version: anchor });
  const answer = await fetch("/filter", { method: "POST", body, headers: { "content-type": "application/json" } });
  const values = await answer.json().catch(() => ({ error: `the viewer answered ${answer.status}` }));
  if (!answer.ok) {
    line.append(` not kept: ${values.error}${values.hint ? ` (${values.hint})` : ""}`);
    return;
  }
  line.textContent = `saved as filter ${values.name}`;
  await moved(values.tip);
}
