// @ts-check
// Adding to the record: the box at the bottom and what it is for just now, pictures pasted or dropped.
// What cannot be kept stays where it was, with the reason.

/**
 * What the box is for. ``door``: where its text is posted, in the field ``field`` beside ``values``; ``see``: the door that tells how it
 * would be understood; ``field`` "": what is typed is not posted; ``text``: what it begins with; ``bare``: may be posted without a word; ``line``: Enter is enough; ``entry``: shown
 * among the entries before it is confirmed; ``among``: names that are there, told while one is typed.
 * @typedef {{says: string, door: string, values: Record<string, unknown>, field?: string, see?: string, text?: string, hint?: string,
 *   bare?: boolean, line?: boolean, entry?: boolean, among?: string[]}} Purpose
 */

/**
 * ``here``: what is under the cursor (a card, a step, a column), with its experiment in ``data-id`` and its entries in ``data-entry``;
 * ``ghost`` shows an entry before it is confirmed and gives back how to take it away.
 * @typedef {{here: () => HTMLElement | null, kept: (tip: string) => Promise<unknown>, leave: () => void,
 *   ghost?: (text: string) => () => void, marked?: () => string[]}} Place
 */

/** @param {string} where @param {BodyInit} body @param {string} kind @returns {Promise<any>} */
async function post(where, body, kind) {
  return told(await fetch(where, { method: "POST", body, headers: { "content-type": kind } }));
}

/** @param {Response} answer @returns {Promise<any>} */
async function told(answer) {
  const values = await answer.json().catch(() => ({ error: `the viewer answered ${answer.status}` }));
  if (!answer.ok) throw new Error(values.error + (values.hint ? ` (${values.hint})` : ""));
  return values;
}

/** @type {Purpose} */
const ENTRY = { says: "", door: "/note", see: "/note/see", values: {}, entry: true };

const first = (/** @type {string} */ text) => {
  const line = text.trim().split("\n", 1)[0];
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
};

const words = (/** @type {Element} */ entry) => {
  const copy = /** @type {Element} */ (entry.cloneNode(true));
  for (const head of copy.querySelectorAll("time, .kind")) head.remove();
  return first(copy.textContent ?? "");
};

/** What the box can be for at a place. */
const purposes = {
  /** @param {string} id @returns {Purpose[]} */
  about: (id) => [{ ...ENTRY, says: `about ${id}`, values: { experiments: [id] } }],

  /** To correct what stands there: each entry, the newest first, then the experiment as a whole. @param {HTMLElement} here @returns {Purpose[]} */
  correction(here) {
    const open = entries(here).filter((entry) => !entry.matches(".retract, .retracted"));
    const each = [...new Map(open.reverse().map((entry) => [entry.dataset.entry ?? "", `“${words(entry)}”`]))].map(([target, says]) => [says, target]);
    if (here.dataset.id) each.push([here.dataset.id, here.dataset.id]);
    return each.map(([says, target]) => (
      { says: `corrects ${says}`, door: "/correct", see: "/correct/see", values: { targets: [target] }, entry: true, hint: "what is right; acc=0.654 sets a metric right" }));
  },

  /** To take back a correction that stands there. @param {HTMLElement} here @returns {Purpose[]} */
  retraction: (here) => entries(here).filter((entry) => entry.matches(".correction:not(.retracted)")).reverse().map((entry) => (
    { says: `takes back “${words(entry)}”`, door: "/retract", values: { targets: [entry.dataset.entry] }, bare: true, hint: "why, if there is anything to say" })),

  /** To take back what was last recorded. @returns {Promise<Purpose[]>} */
  async undoing() {
    const last = await told(await fetch("/undo"));
    return [{ says: `takes back ${last.said}`, door: "/undo", values: { events: last.events }, field: "", bare: true, line: true, hint: "Enter takes it back; its text stays in the journal" }];
  },

  /** To gather something under a topic. @param {string[]} targets @param {string} says @returns {Purpose[]} */
  gathering: (targets, says) => [{ says: `${says} under`, door: "/topic", values: { pin: targets }, field: "name", line: true, hint: "name of a topic" }],
};

/** @param {HTMLElement} here */
function entries(here) {
  return /** @type {HTMLElement[]} */ (here.matches("[data-entry]") ? [here] : [...here.querySelectorAll("[data-entry]")]);
}

/** @param {Place} place @returns {import("./keys.js").Key[]} the keys that write; none where the viewer only reads */
export function writing(place) {
  const found = /** @type {HTMLFormElement | null} */ (document.getElementById("write"));
  if (!found) return [];
  const form = found;
  const line = /** @type {HTMLElement} */ (form.closest("footer"));
  const area = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
  const label = /** @type {HTMLElement} */ (document.getElementById("purpose"));
  const echo = /** @type {HTMLOutputElement} */ (document.getElementById("echo"));
  const hint = area.placeholder;
  const folded = line.hidden;
  let choices = [ENTRY];
  let at = 0;
  let draft = "";
  let timer = 0;
  let typed = 0;

  const say = (/** @type {string} */ text, failed = false) => {
    line.hidden = folded && !text && document.activeElement !== area;
    echo.textContent = text;
    echo.classList.toggle("failed", failed);
  };

  /** @param {Purpose[]} wanted @param {number} [number] */
  function turn(wanted, number = 0) {
    if (choices[at] === ENTRY) draft = area.value;
    choices = wanted;
    at = (number + wanted.length) % wanted.length;
    const purpose = wanted[at];
    label.textContent = purpose.says + (wanted.length > 1 ? `  ${at + 1}/${wanted.length} ↑↓` : "");
    area.placeholder = purpose.hint ?? hint;
    area.value = purpose === ENTRY ? draft : purpose.text ?? "";
    say("");
    line.hidden = false;
    area.focus();
  }

  function leave() {
    if (choices[at] !== ENTRY) turn([ENTRY]);
    area.blur();
    line.hidden = folded;
    place.leave();
  }

  /** Tell how what is typed would be understood. */
  async function see() {
    const purpose = choices[at];
    const text = area.value;
    const turned = ++typed;
    if (purpose.among) return say(purpose.among.filter((name) => name.includes(text.trim())).slice(0, 12).join(" · "));
    if (!text.trim() || !purpose.see) return say("");
    try {
      const values = await post(purpose.see, JSON.stringify({ ...purpose.values, text }), "application/json");
      if (turned === typed) say(`${values.said}   — Ctrl+Enter keeps it`);
    } catch (error) {
      if (turned === typed) say(String(/** @type {Error} */ (error).message), true);
    }
  }

  async function keep() {
    const purpose = choices[at];
    const text = area.value;
    if (!text.trim() && !purpose.bare) return;
    clearTimeout(timer);
    typed++;
    const away = purpose.entry && place.ghost ? place.ghost(text) : () => {};
    area.value = "";
    if (purpose !== ENTRY) turn([ENTRY]);
    try {
      const values = await post(purpose.door, JSON.stringify({ ...purpose.values, ...(purpose.field === "" ? {} : { [purpose.field ?? "text"]: text }) }), "application/json");
      say(values.said);
      if (purpose !== ENTRY) place.leave();
      await place.kept(values.tip);
    } catch (error) {
      const since = area.value;
      if (purpose !== ENTRY) turn([{ ...purpose, text }]);
      else area.value = since ? `${text}\n${since}` : text;
      say(`not kept: ${/** @type {Error} */ (error).message}`, true);
    } finally {
      away();
    }
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(see, 200);
  });
  area.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || choices[at].line)) {
      event.preventDefault();
      void keep();
    } else if (event.key === "Escape") leave();
    else if (step && choices.length > 1 && !area.value) {
      event.preventDefault();
      turn(choices, at + step);
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("pen")?.addEventListener("click", () => turn([ENTRY]));

  const attach = async (/** @type {File} */ file, /** @type {string} */ id) => {
    if (!id) return say("choose an experiment first, then paste the picture", true);
    say(`attaching to ${id} …`);
    try {
      const values = await post(`/image?${new URLSearchParams({ id, name: file.name })}`, file, file.type || "application/octet-stream");
      say(values.said);
      await place.kept(values.tip);
    } catch (error) {
      say(`not attached: ${/** @type {Error} */ (error).message}`, true);
    }
  };
  const idOf = (/** @type {Element | null} */ where) => /** @type {HTMLElement | null} */ (where?.closest("[data-id]") ?? null)?.dataset.id ?? "";
  document.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    void attach(file, idOf(place.here()));
  });
  const under = (/** @type {Event} */ event) => /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-id]"));
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (!(/** @type {DragEvent} */ (event).dataTransfer?.types.includes("Files"))) return;
      event.preventDefault();
      under(event)?.classList.toggle("over", kind === "dragover");
      if (kind !== "drop") return;
      for (const file of /** @type {DragEvent} */ (event).dataTransfer?.files ?? []) void attach(file, under(event)?.dataset.id ?? "");
    });
  }

  /** What is under the cursor, on the open card if there is one; else said what is missing. */
  const here = () => {
    const card = /** @type {HTMLElement | null} */ (document.querySelector("dialog[open] [data-id]"));
    const found = card ?? place.here();
    if (!found) say("choose a record first: j, k", true);
    /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog[open]"))?.close();
    return found;
  };
  const take = (/** @type {Purpose[]} */ wanted, /** @type {string} */ missing) => (wanted.length ? turn(wanted) : say(missing, true));

  return [
    { keys: ["n"], says: "a new entry", run: () => turn([ENTRY]) },
    { keys: ["N"], says: "an entry about this one", card: true, run: () => {
      const where = here();
      if (where) take(idOf(where) ? purposes.about(idOf(where)) : [], "no experiment is under the cursor");
    } },
    { keys: ["w"], says: "it is wrong: correct it", card: true, run: () => {
      const where = here();
      if (where) take(purposes.correction(where), "there is nothing to correct");
    } },
    { keys: ["u"], says: "take back a correction, or what was last recorded", card: true, run: async () => {
      const card = document.querySelector("dialog[open] [data-id]") || place.here() ? here() : null;
      const corrections = card ? purposes.retraction(card) : [];
      /** @type {Purpose[]} */ const waiting = [{ says: "takes back …", door: "/undo", values: { events: [] }, field: "" }];
      turn(corrections.length ? corrections : waiting);
      const open = choices;
      try {
        const wanted = [...corrections, ...await purposes.undoing()];
        if (choices === open && !area.value.trim()) turn(wanted, at);
      } catch (error) {
        if (choices !== waiting) return;
        leave();
        say(/** @type {Error} */ (error).message, true);
      }
    } },
    { keys: ["T"], says: "gather it, or the marked, under a topic", card: true, run: async () => {
      const marked = place.marked?.() ?? [];
      const where = marked.length ? null : here();
      const targets = marked.length ? marked : !where ? [] : idOf(where) && !where.matches("[data-entry]") ? [idOf(where)] : entries(where).map((entry) => entry.dataset.entry ?? "");
      if (!targets.length) return;
      const [purpose] = purposes.gathering(targets, targets.length > 1 ? `${targets.length} gather` : `${marked[0] || idOf(where) || "it"} gathers`);
      turn([purpose]);
      purpose.among = await told(await fetch("/names")).catch(() => []);
      if (choices[at] === purpose) void see();
    } },
    ...topicKeys(),
  ];

  /** On the page of a topic: its summary, its name, what is kept out. @returns {import("./keys.js").Key[]} */
  function topicKeys() {
    const name = /** @type {HTMLElement | null} */ (document.querySelector("[data-topic]"))?.dataset.topic;
    if (!name) return [];
    const summary = () => /** @type {HTMLElement | null} */ (document.querySelector("[data-summary]"))?.dataset.summary ?? "";
    return [
      { keys: ["s"], says: "write its summary", run: () => turn([{ says: `summary of ${name}`, door: "/topic", values: { name }, text: summary(), hint: "what was learnt" }]) },
      { keys: ["R"], says: "call it otherwise", run: () => turn([{ says: `${name} is called`, door: "/topic", values: { name }, field: "to", text: name, line: true }]) },
      { keys: ["-"], says: "keep this one out", run: () => {
        const where = here();
        const target = where?.dataset.entry || idOf(where);
        if (target) turn([{ says: `out of ${name}: ${where?.dataset.entry ? words(where) : target}`, door: "/topic", values: { name, unpin: [target] }, field: "", bare: true, line: true, hint: "Enter keeps it out" }]);
      } },
    ];
  }
}
