// @ts-check
// An export, opened from a folder: marks that last, line-up and lineage put together from one script an experiment.
(() => {
  /** @typedef {{id: string, whole: string, delta: string, reason: string, excerpt: string, entries: string, pictures: string, metrics: Record<string, string>,
   *   passages: [path: string, name: string, html: string][]}} Told */
  /** @type {Map<string, (told: Told) => void>} */ const waiting = new Map();
  /** @type {[string, string, string, string][]} id, file, file of the parent, day */ let index = [];
  const shared = /** @type {any} */ (globalThis);

  const marks = () => /** @type {string[]} */ (JSON.parse(sessionStorage.getItem("marked") ?? "[]"));
  const file_of = (/** @type {string} */ id) => index.find((one) => one[0] === id)?.[1] ?? "";
  const count = () => {
    const label = document.querySelector("#compare b");
    if (label) label.textContent = marks().length ? String(marks().length) : "";
  };

  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("article input[type=checkbox]"))) {
    const id = /** @type {HTMLElement} */ (box.closest("article")).dataset.id ?? "";
    box.checked = marks().includes(id);
    box.addEventListener("change", () => {
      const others = marks().filter((other) => other !== id);
      sessionStorage.setItem("marked", JSON.stringify(box.checked ? [...others, id] : others));
      count();
    });
  }
  document.getElementById("compare")?.addEventListener("click", (event) => {
    event.preventDefault();
    location.assign("lineup.html?" + new URLSearchParams(marks().map((id) => ["id", id])));
  });
  count();

  /** What is told of an experiment. @param {string} file @returns {Promise<Told>} */
  const load = (file) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `data/${file}.js`;
      script.onerror = () => reject(new Error("not in this export"));
      waiting.set(file, resolve);
      shared.gitexp = (/** @type {Told} */ told) => waiting.get(file_of(told.id))?.(told);
      document.head.append(script);
    });

  /** The file of the experiment in the address. */
  const chosen = () => {
    if (!location.hash) throw new Error("choose an experiment in the journal");
    return location.hash.slice(1);
  };

  const cell = (/** @type {string} */ name, /** @type {string} */ html) => {
    const made = document.createElement(name);
    made.innerHTML = html; // made and sanitised when the export was written
    return made;
  };

  const screens = {
    /** @param {HTMLElement} place */
    async experiment(place) {
      const told = await load(chosen());
      place.replaceChildren(cell("section", told.whole));
      place.firstElementChild?.classList.add("whole");
    },
    /** @param {HTMLElement} place */
    async lineage(place) {
      const line = [];
      for (let file = chosen(); file && line.length < 500; file = index.find((one) => one[1] === file)?.[2] ?? "") line.unshift(file);
      const told = await Promise.all(line.map(load));
      place.replaceChildren(...told.map((one, number) => {
        const section = cell("section", "");
        section.className = "step";
        const head = section.appendChild(document.createElement("h2"));
        head.className = "id";
        head.textContent = one.id + Object.entries(one.metrics).map(([name, value]) => `  ${name} ${value}`).join("");
        section.append(cell("div", number ? one.delta || one.reason + one.excerpt : one.excerpt || one.reason), cell("div", one.entries));
        return section;
      }));
    },
    /** @param {HTMLElement} place */
    async lineup(place) {
      const ids = new URLSearchParams(location.search).getAll("id").slice(0, 12);
      const told = await Promise.all(ids.map((id) => load(file_of(id))));
      if (!told.length) return place.append("Mark experiments in the journal first.");
      const table = document.createElement("table");
      table.className = `lineup n${told.length}`;
      const row = (/** @type {string} */ name, /** @type {string[]} */ cells) => {
        const line = table.insertRow();
        line.append(cell("th", ""), ...cells.map((html) => cell("td", html)));
        const head = /** @type {HTMLTableCellElement} */ (line.firstElementChild);
        head.scope = "row";
        head.textContent = name;
      };
      row("each against its parent", told.map(() => ""));
      for (const [number, one] of told.entries()) {
        const place = table.rows[0].cells[number + 1];
        place.className = "id";
        place.textContent = one.id;
      }
      for (const name of new Set(told.flatMap((one) => Object.keys(one.metrics)))) {
        row(name, told.map(() => ""));
        for (const [number, one] of told.entries()) table.rows[table.rows.length - 1].cells[number + 1].textContent = one.metrics[name] ?? "–";
      }
      row("words", told.map((one) => one.entries));
      row("pictures", told.map((one) => one.pictures));
      // What each changed against its parent, the same definition in the same row; the first of a line shows its code.
      const passages = new Map(told.flatMap((one) => one.passages.map(([path, name]) => [`${path} ${name}`, name])));
      for (const [key, name] of passages) {
        row(name, told.map((one) => one.passages.find((passage) => `${passage[0]} ${passage[1]}` === key)?.[2] ?? ""));
        table.rows[table.rows.length - 1].cells[0].title = key;
      }
      if (told.some((one) => !one.passages.length)) row("code", told.map((one) => (one.passages.length ? "" : one.excerpt || one.reason || "the same code")));
      place.replaceChildren(table);
    },
  };

  shared.gitexpIndex = (/** @type {typeof index} */ found) => {
    index = found;
    const screen = /** @type {HTMLElement} */ (document.getElementById("screen"));
    const place = /** @type {HTMLElement} */ (screen.firstElementChild);
    const show = () => screens[/** @type {keyof typeof screens} */ (screen.dataset.kind)](place).catch((/** @type {Error} */ error) => place.replaceChildren(error.message));
    addEventListener("hashchange", show);
    void show();
  };
})();
