// @ts-check
// An export, opened from a folder: marks that last, line-up and lineage put together from one script an experiment.
(() => {
  /** @typedef {{id: string, parent: string, whole: string, delta: string, reason: string, excerpt: string, entries: string, size: string,
   *   pictures: Picture[], metrics: Record<string, string>, ranks: Record<string, number>, settings: [title: string, value: string][],
   *   passages: [key: string, title: string, words: string, html: string, is_open: boolean][]}} Told */
  /** @typedef {[name: string, path: string, width: number, height: number]} Picture */
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

  const text = (/** @type {string} */ words) => {
    const made = document.createElement("td");
    made.textContent = words;
    return made;
  };

  /** A row with a name and a cell for each column. @param {HTMLTableElement} table @param {string} kind @param {string} name @param {HTMLElement[]} cells */
  const add_row = (table, kind, name, cells) => {
    const line = table.tBodies[0].insertRow();
    line.className = kind;
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = name;
    line.append(head, ...cells);
    return line;
  };

  /** Put a button into the head of a row that opens it. @param {HTMLTableRowElement} line @param {(open: boolean) => void} [opened] */
  const make_fold = (line, opened) => {
    const head = line.cells[0];
    const button = document.createElement("button");
    button.className = "fold";
    button.append(...head.childNodes);
    head.append(button);
    line.classList.add("opens");
    const show = () => button.setAttribute("aria-expanded", String(line.classList.contains("open")));
    show();
    line.addEventListener("click", (event) => {
      if (/** @type {HTMLElement} */ (event.target).closest("a, summary, details, pre") || getSelection()?.toString()) return;
      const is_open = line.classList.toggle("open");
      show();
      opened?.(is_open);
    });
  };

  /** The values of a row; a value that the column on the left has too is a sign. @param {string[]} values */
  const shorten = (values) => values.map((value, number) => (number && value && value === values[number - 1] ? "=" : value || "–"));

  /** Ids, metrics, words, pictures, settings that differ, then code: the order of the viewer. @param {Told[]} told */
  const line_up = (told) => {
    const table = document.createElement("table");
    table.className = `lineup fits n${told.length}`;
    const heads = table.createTHead().insertRow();
    heads.append(text("each against its parent"));
    for (const one of told) {
      const head = heads.appendChild(document.createElement("th"));
      head.scope = "col";
      const link = head.appendChild(document.createElement("a"));
      [link.className, link.href, link.textContent] = ["id", `experiment.html#${file_of(one.id)}`, one.id];
      if (one.parent) head.append(document.createElement("br"), `← ${one.parent}`);
    }
    table.createTBody();
    add_metrics(table, told);
    make_fold(add_row(table, "words", "words", told.map((one) => cell("td", one.entries))));
    add_pictures(table, told);
    add_settings(table, told);
    add_row(table, "constant size", "changed", told.map((one) => text(one.size)));
    add_code(table, told);
    return table;
  };

  /** @param {HTMLTableElement} table @param {Told[]} told */
  const add_metrics = (table, told) => {
    const alike = [];
    for (const name of new Set(told.flatMap((one) => Object.keys(one.metrics)))) {
      const values = told.map((one) => one.metrics[name] ?? "–");
      if (told.length > 1 && new Set(values).size === 1) {
        alike.push(`${name} ${values[0]}`);
        continue;
      }
      const ranks = told.map((one) => one.ranks[name]).filter((rank) => rank !== undefined);
      const best = ranks.length > 1 ? told.findIndex((one) => one.ranks[name] === Math.max(...ranks)) : -1;
      const cells = values.map((value, number) => {
        const made = text("");
        const bold = made.appendChild(document.createElement("b"));
        bold.textContent = value;
        if (number === best) bold.className = "best";
        return made;
      });
      add_row(table, "numbers", name, cells);
    }
    if (!alike.length) return;
    const made = /** @type {HTMLTableCellElement} */ (text(alike.join(", ")));
    made.colSpan = told.length;
    add_row(table, "constant", "in all", [made]);
  };

  /** One row: pictures of a name that all have, then the newest, then other names. @param {HTMLTableElement} table @param {Told[]} told */
  const add_pictures = (table, told) => {
    const names = [...new Set(told.flatMap((one) => one.pictures.map((picture) => picture[0])))];
    const find = (/** @type {string} */ name) => told.map((one) => one.pictures.find((picture) => picture[0] === name));
    const shared_names = names.filter((name) => find(name).every(Boolean));
    const rows = [...shared_names.map(find), told.map((one) => one.pictures[0]), ...names.filter((name) => !shared_names.includes(name)).map(find)];
    const choices = [...new Map(rows.map((row) => [row.map((picture) => picture?.join()).join("|"), row])).values()].filter((row) => row.some(Boolean));
    if (!choices.length) return;
    const line = add_row(table, "images", "", []);
    let chosen_row = 0;
    const show = () => {
      const pictures = choices[chosen_row];
      const row_names = new Set(pictures.map((picture) => picture?.[0]));
      line.cells[0].textContent = row_names.size === 1 ? String([...row_names][0]) : "newest";
      if (choices.length > 1) {
        const place = line.cells[0].appendChild(document.createElement("small"));
        place.append(`${chosen_row + 1} of ${choices.length} `);
        for (const [sign, by, label] of /** @type {const} */ ([["‹", -1, "the picture before"], ["›", 1, "the next picture"]])) {
          const button = place.appendChild(document.createElement("button"));
          button.textContent = sign;
          button.setAttribute("aria-label", label);
          button.addEventListener("click", () => {
            chosen_row = (chosen_row + by + choices.length) % choices.length;
            show();
          });
        }
      }
      while (line.cells.length > 1) line.deleteCell(1);
      for (const [number, picture] of pictures.entries()) {
        const made = text(picture ? "" : "–");
        if (picture) {
          const image = made.appendChild(document.createElement("img"));
          [image.alt, image.src, image.width] = [`${told[number].id}: ${picture[0]}`, picture[1], Math.min(picture[2], 320)];
        }
        line.append(made);
      }
    };
    show();
  };

  /** The settings that differ between the columns. @param {HTMLTableElement} table @param {Told[]} told */
  const add_settings = (table, told) => {
    const with_code = told.filter((one) => one.settings.length);
    const titles = [...new Set(with_code.flatMap((one) => one.settings.map(([title]) => title)))];
    const values_of = (/** @type {string} */ title) => told.map((one) => (one.settings.length ? (one.settings.find((setting) => setting[0] === title)?.[1] ?? "") : " "));
    const differing = titles.filter((title) => new Set(values_of(title).filter((value) => value !== " ")).size > 1);
    const most_settings = Number(document.getElementById("screen")?.dataset.mostSettings);
    /** @type {HTMLTableRowElement[]} */ const extras = [];
    for (const [number, title] of differing.entries()) {
      const cells = shorten(values_of(title)).map((value) => {
        const made = text("");
        const label = made.appendChild(document.createElement("span"));
        [label.className, label.textContent, label.title] = ["value", value, value];
        return made;
      });
      const line = add_row(table, "setting", title, cells);
      line.hidden = number >= most_settings;
      if (line.hidden) extras.push(line);
    }
    if (!extras.length) return;
    const line = add_row(table, "constant", `${extras.length} more differ`, told.map(() => text("")));
    make_fold(line, (is_open) => extras.forEach((extra) => (extra.hidden = !is_open)));
  };

  /** What each changed against its parent, the same definition in the same row; the first of a line shows its code. @param {HTMLTableElement} table @param {Told[]} told */
  const add_code = (table, told) => {
    const titles = new Map(told.flatMap((one) => one.passages.map(([key, title]) => [key, title])));
    for (const [key, title] of titles) {
      const passages = told.map((one) => one.passages.find((passage) => passage[0] === key));
      const lines = passages.map((passage) => passage?.[3] ?? "");
      const cells = passages.map((passage, number) => {
        if (!passage) return text("–");
        if (number && lines[number] === lines[number - 1]) return text("=");
        const made = text("");
        const count = made.appendChild(document.createElement("span"));
        [count.className, count.textContent] = ["count", passage[2]];
        const opened = cell("div", passage[3]);
        opened.className = "opened";
        made.append(opened);
        return made;
      });
      const line = add_row(table, "code", title, cells);
      line.cells[0].title = key;
      if (passages.every((passage) => !passage || passage[4])) line.classList.add("open");
      make_fold(line);
    }
    if (told.every((one) => one.passages.length)) return;
    const cells = told.map((one) => {
      const made = text("");
      if (one.passages.length || !(one.excerpt || one.reason)) return made;
      const opened = cell("div", one.excerpt || one.reason);
      opened.className = "opened";
      made.append(opened);
      return made;
    });
    make_fold(add_row(table, "code", "whole code", cells));
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
      place.replaceChildren(line_up(told));
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
