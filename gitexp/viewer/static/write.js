// @ts-check
// Adding to the record: an entry typed at the bottom, a picture pasted or dropped. What cannot be kept stays where it was, with the reason.

/** @param {string} where @param {BodyInit} body @param {string} kind @returns {Promise<any>} */
async function post(where, body, kind) {
  const answer = await fetch(where, { method: "POST", body, headers: { "content-type": kind } });
  const values = await answer.json().catch(() => ({ error: `the viewer answered ${answer.status}` }));
  if (!answer.ok) throw new Error(values.error + (values.hint ? ` (${values.hint})` : ""));
  return values;
}

/** @param {any} values what an entry is understood to say */
function said(values) {
  const parts = values.kept.map((/** @type {any} */ one) =>
    [one.created ? "+" : "·", one.experiment, ...one.metrics, ...one.tags.map((/** @type {string} */ tag) => `#${tag}`)].join(" "));
  return parts.length ? parts.join("   ") : "· in the journal";
}

/**
 * @param {{kept: (tip: string) => Promise<void>, ghost: (text: string) => () => void, chosen: () => string, leave: () => void}} page
 * ``ghost`` shows an entry before it is confirmed and gives back how to take it away; ``chosen`` is the experiment under the cursor.
 */
export function writing(page) {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("write"));
  if (!form) return;
  const area = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
  const echo = /** @type {HTMLOutputElement} */ (document.getElementById("echo"));
  let timer = 0;
  let typed = 0;
  const say = (/** @type {string} */ text, failed = false) => {
    echo.textContent = text;
    echo.classList.toggle("failed", failed);
  };
  area.addEventListener("input", () => {
    clearTimeout(timer);
    const turn = ++typed;
    timer = setTimeout(async () => {
      if (!area.value.trim()) return say("");
      try {
        const values = await post("/echo", JSON.stringify({ text: area.value }), "application/json");
        if (turn === typed) say(`${said(values)}   — Ctrl+Enter keeps it`);
      } catch (error) {
        if (turn === typed) say(String(/** @type {Error} */ (error).message), true);
      }
    }, 200);
  });
  const keep = async () => {
    const text = area.value;
    if (!text.trim()) return;
    clearTimeout(timer);
    typed++;
    const away = page.ghost(text);
    area.value = "";
    try {
      const values = await post("/note", JSON.stringify({ text }), "application/json");
      say(said(values));
      await page.kept(values.tip);
    } catch (error) {
      area.value = area.value ? `${text}\n${area.value}` : text;
      say(`not kept: ${/** @type {Error} */ (error).message}`, true);
    } finally {
      away();
    }
  };
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void keep();
    } else if (event.key === "Escape") page.leave();
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  const attach = async (/** @type {File} */ file, /** @type {string} */ id) => {
    if (!id) return say("choose an experiment first, then paste the picture", true);
    say(`attaching to ${id} …`);
    try {
      const values = await post(`/image?${new URLSearchParams({ id, name: file.name })}`, file, file.type || "application/octet-stream");
      say(`· ${id} ${file.name}`);
      await page.kept(values.tip);
    } catch (error) {
      say(`not attached: ${/** @type {Error} */ (error).message}`, true);
    }
  };
  document.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    void attach(file, page.chosen());
  });
  const under = (/** @type {Event} */ event) => /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-id]"));
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      under(event)?.classList.toggle("over", kind === "dragover");
      if (kind !== "drop") return;
      for (const file of /** @type {DragEvent} */ (event).dataTransfer?.files ?? []) void attach(file, under(event)?.dataset.id ?? "");
    });
  }
}
