// @ts-check
// The metric over the trials in time order, as a strip above the journal that unfolds into a plot.

const SVG = "http://www.w3.org/2000/svg";
const GROUPS = 6;
const MOST = 12; // columns of a line-up
const FOLDED = 34;
const OPEN = 230;
const COLUMN = 4; // pixels: trials of a column would cover each other

/** @typedef {{metric: string, metrics: string[], lower: boolean, ids: string[], values: number[], shown: string[], best: number[], states: number[],
 *   parents: number[], days: string[], tags: string[][], words?: string[]}} Trials */

/** @param {string} name @param {Record<string, string | number>} values */
function element(name, values) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, String(value));
  return made;
}

export class Progress {
  /** @param {HTMLElement} place @param {(id: string) => void} go called with the trial that is clicked */
  constructor(place, go) {
    this.low = 0;
    this.high = 0;
    this.place = place;
    this.go = go;
    /** @type {Trials | null} */ this.trials = null;
    this.metric = "";
    this.tag = "";
    this.open = localStorage.getItem("gitexp-progress") === "open";
    this.svg = /** @type {SVGSVGElement} */ (place.querySelector("svg"));
    this.says = /** @type {HTMLElement} */ (place.querySelector("output"));
    this.metrics = /** @type {HTMLSelectElement} */ (place.querySelector("[name=metric]"));
    this.tags = /** @type {HTMLSelectElement} */ (place.querySelector("[name=tag]"));
    this.fold = /** @type {HTMLButtonElement} */ (place.querySelector("button"));
    /** @type {number | null} */ this.from = null;
    this.fold.addEventListener("click", () => this.turn());
    this.metrics.addEventListener("change", () => { this.metric = this.metrics.value; void this.load(); });
    /** @type {Map<string, Map<string, string>>} values by id of each setting */ this.settings = new Map();
    /** @type {string[]} what each colour stands for */ this.groups = [];
    /** @type {number[]} the colour of each trial, -1 for none */ this.places = [];
    this.tags.addEventListener("change", () => void this.colour(this.tags.value));
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("pointerdown", (event) => { this.from = event.offsetX; this.svg.setPointerCapture(event.pointerId); });
    this.svg.addEventListener("pointerup", (event) => this.release(event));
    this.svg.addEventListener("pointerleave", () => this.hover(-1));
    /** The trial that is pointed at, -1 for none. */ this.pointed = -1;
    this.svg.addEventListener("keydown", (event) => this.press(event));
    new ResizeObserver(() => this.draw()).observe(place);
    this.show();
  }

  turn() {
    this.open = !this.open;
    localStorage.setItem("gitexp-progress", this.open ? "open" : "");
    this.show();
    void this.load();
  }

  show() {
    this.place.classList.toggle("open", this.open);
    this.fold.setAttribute("aria-expanded", String(this.open));
  }

  async load() {
    const asked = new URLSearchParams({ metric: this.metric, words: this.open ? "1" : "" });
    const answer = await fetch(`/progress.json?${asked}`);
    if (!answer.ok) return;
    this.trials = await answer.json();
    const known = /** @type {Trials} */ (this.trials);
    this.metrics.replaceChildren(...known.metrics.map((name) => new Option(name, name, false, name === known.metric)));
    this.offer();
    this.group_trials();
    this.draw();
  }

  /** List what the trials can be coloured by. */
  offer() {
    const options = [new Option("one colour", "")];
    if (this.trials?.tags.some((tags) => tags.length)) options.push(new Option("by topic", "all"));
    for (const title of this.settings.keys()) options.push(new Option(`by ${title}`, `set:${title}`));
    if (!this.settings.size) options.push(new Option("by a setting …", "settings"));
    this.tags.replaceChildren(...options);
    if (!options.some((option) => option.value === this.tag)) this.tag = "";
    this.tags.value = this.tag;
  }

  /** @param {string} by "", all (topics), set:TITLE, or settings to have them listed */
  async colour(by) {
    this.tag = by;
    if (by === "settings") {
      this.tag = "";
      this.says.textContent = "reading the code of the trials …";
      await this.load_settings();
    }
    this.group_trials();
    this.draw();
  }

  /** Settings are read from the code of all trials: only when somebody asks. */
  async load_settings() {
    const answer = await fetch("/progress/settings.json");
    if (!answer.ok) return;
    const read = await answer.json();
    for (const [place, title] of read.titles.entries()) {
      this.settings.set(title, new Map(read.values[place].map((/** @type {string} */ value, /** @type {number} */ number) => [read.ids[number], value])));
    }
    this.says.textContent = read.titles.length ? "" : "no setting in the code differs";
    if (read.titles.length) this.tag = `set:${read.titles[0]}`;
    this.offer();
  }

  /** Give each trial its colour: the most frequent topics or values have one each. */
  group_trials() {
    const known = /** @type {Trials} */ (this.trials);
    const title = this.tag.startsWith("set:") ? this.tag.slice(4) : "";
    const labels = known.ids.map((id, number) => {
      if (this.tag === "all") return known.tags[number].map((tag) => `#${tag}`);
      const value = this.settings.get(title)?.get(id);
      return value ? [`${title} ${value}`] : [];
    });
    const counts = new Map();
    for (const label of labels.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
    this.groups = [...counts].sort((one, other) => other[1] - one[1]).slice(0, GROUPS).map(([label]) => label);
    this.places = labels.map((own) => this.groups.findIndex((label) => own.includes(label)));
  }

  /** Pixels of a trial. @param {number} number @returns {[number, number]} */
  at(number) {
    const { values } = /** @type {Trials} */ (this.trials);
    const [left, right, top, bottom] = this.frame();
    const span = this.high - this.low || 1;
    const x = left + ((right - left) * number) / Math.max(1, values.length - 1);
    return [x, bottom - ((values[number] - this.low) / span) * (bottom - top)];
  }

  /** Left, right, top and bottom of the plot. @returns {[number, number, number, number]} */
  frame() {
    const width = this.svg.clientWidth;
    return this.open ? [60, width - 24, 14, OPEN - 26] : [8, width - 8, 5, FOLDED - 5];
  }

  draw() {
    const known = this.trials;
    if (!known || !known.values.length) return;
    this.low = known.values.reduce((one, other) => Math.min(one, other));
    this.high = known.values.reduce((one, other) => Math.max(one, other));
    this.svg.setAttribute("height", String(this.open ? OPEN : FOLDED));
    const [left, right] = this.frame();
    let line = "";
    for (const [number, best] of known.best.entries()) {
      if (!best) continue;
      const [x, y] = this.at(number).map((pixels) => pixels.toFixed(1));
      line += line ? `H${x}V${y}` : `M${x} ${y}`;
    }
    if (line) line += `H${right}`;
    const crowded = known.values.length > (right - left) / COLUMN;
    this.svg.classList.toggle("crowded", crowded);
    const parts = crowded ? this.draw_ranges() : [];
    parts.push(element("path", { class: "best-line", d: line }), ...this.draw_points(crowded ? this.choose() : known.ids.keys()));
    if (this.open) parts.push(...this.axes(known, crowded));
    parts.push(element("g", { class: "pointed" }));
    this.svg.replaceChildren(...parts);
    this.svg.setAttribute("aria-valuemax", String(known.ids.length));
  }

  /** A point for each of some trials. @param {Iterable<number>} numbers */
  draw_points(numbers) {
    /** @type {Map<string, string>} */ const paths = new Map();
    for (const number of numbers) {
      const [x, y] = this.at(number).map((pixels) => pixels.toFixed(1));
      const group = this.group(number);
      paths.set(group, `${paths.get(group) ?? ""}M${x} ${y}h0`);
    }
    return [...paths].map(([group, d]) => element("path", { class: `points ${group}`, d }));
  }

  /** The trials of each column, from the lowest value to the highest. @returns {number[][]} */
  columns() {
    const known = /** @type {Trials} */ (this.trials);
    /** @type {Map<number, number[]>} */ const columns = new Map();
    for (const number of known.values.keys()) {
      const place = Math.floor(this.at(number)[0] / COLUMN);
      const trials = columns.get(place);
      if (trials) trials.push(number);
      else columns.set(place, [number]);
    }
    const by_value = (/** @type {number} */ one, /** @type {number} */ other) => known.values[one] - known.values[other];
    return [...columns.values()].map((trials) => trials.sort(by_value));
  }

  /** Where the trials of each column lie: from the lowest to the highest, and the middle half. */
  draw_ranges() {
    let ranges = "";
    let halves = "";
    for (const trials of this.columns()) {
      const x = ((Math.floor(this.at(trials[0])[0] / COLUMN) + 0.5) * COLUMN).toFixed(1);
      const quarter = Math.floor(trials.length / 4);
      const [low, first, last, high] = [0, quarter, trials.length - 1 - quarter, trials.length - 1].map((place) => this.at(trials[place])[1].toFixed(1));
      ranges += `M${x} ${low}V${high}`;
      halves += `M${x} ${first}V${last}`;
    }
    return [element("path", { class: "range", d: ranges }), element("path", { class: "half", d: halves })];
  }

  /** The trials that have a point where they are many: those that stand out; unfolded, of each column the best in each colour. */
  choose() {
    const known = /** @type {Trials} */ (this.trials);
    const chosen = new Set();
    for (const trials of this.columns()) {
      const best_first = known.lower ? trials : trials.reverse();
      const seen = new Set();
      for (const number of best_first) {
        const group = this.group(number);
        if (known.best[number] || group === "corrected") chosen.add(number);
        else if (this.open && group !== "unsure" && !seen.has(group)) {
          chosen.add(number);
          seen.add(group);
        }
      }
    }
    return chosen;
  }

  /** Classes of a trial. @param {number} number */
  group(number) {
    const known = /** @type {Trials} */ (this.trials);
    if (known.states[number] === 2) return "corrected";
    if (known.states[number] === 1) return "unsure";
    const place = this.places[number] ?? -1;
    if (place >= 0) return `g${place + 1}`;
    return known.best[number] && !this.tag ? "record" : "plain";
  }

  /** @param {Trials} known @param {boolean} crowded */
  axes(known, crowded) {
    const [left, right, top, bottom] = this.frame();
    const text = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ words, anchor = "end") => {
      const made = element("text", { x, y, "text-anchor": anchor });
      made.textContent = words;
      return made;
    };
    const number = (/** @type {number} */ value) => String(Number(value.toPrecision(4)));
    const made = [text(left - 8, top + 4, number(this.high)), text(left - 8, bottom + 4, number(this.low))];
    made.push(text(left, bottom + 20, known.days[0], "start"), text(right, bottom + 20, known.days[known.days.length - 1]));
    if (crowded && !this.groups.length) made.push(text((left + right) / 2, bottom + 20, "bars: all trials, dark the middle half   points: the best of each bar", "middle"));
    for (const [place, label] of this.groups.entries()) {
      const x = left + 110 + place * 130;
      made.push(element("path", { class: `points g${place + 1}`, d: `M${x} ${bottom + 16}h0` }));
      made.push(text(x + 8, bottom + 20, label.length > 17 ? `${label.slice(0, 16)}…` : label, "start"));
    }
    return made;
  }

  /** The trial nearest to a place, by its column first. @param {number} x @param {number} y */
  nearest(x, y) {
    const count = this.trials?.values.length ?? 0;
    if (!count) return -1;
    const [left, right] = this.frame();
    const middle = Math.round(((x - left) / Math.max(1, right - left)) * (count - 1));
    const reach = Math.ceil((count / Math.max(1, right - left)) * 8) + 1;
    let found = -1;
    let least = Infinity;
    for (let number = Math.max(0, middle - reach); number <= Math.min(count - 1, middle + reach); number++) {
      const [px, py] = this.at(number);
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance < least) [found, least] = [number, distance];
    }
    return found;
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (!this.trials) return; // they are still on their way
    if (this.from !== null && Math.abs(event.offsetX - this.from) > 4) {
      const box = element("rect", { class: "dragged", x: Math.min(this.from, event.offsetX), y: 0, width: Math.abs(event.offsetX - this.from), height: "100%" });
      this.svg.querySelector(".pointed")?.replaceChildren(box);
      this.says.textContent = `${this.between(this.from, event.offsetX).length} trials`;
    } else this.hover(this.nearest(event.offsetX, event.offsetY));
  }

  /** Keys on the plot go from trial to trial: so each is reached, however many share a place. @param {KeyboardEvent} event */
  press(event) {
    const known = this.trials;
    if (!known || event.ctrlKey || event.altKey || event.metaKey) return;
    const last = known.ids.length - 1;
    /** @type {Record<string, number>} */ const places = { ArrowLeft: this.pointed - 1, ArrowRight: this.pointed + 1, Home: 0, End: last };
    if (event.key in places) this.hover(Math.max(0, Math.min(last, places[event.key])));
    else if (event.key === "Enter" && this.pointed >= 0) this.go(known.ids[this.pointed]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Show what a trial is, joined with its parent. @param {number} number */
  hover(number) {
    const layer = this.svg.querySelector(".pointed");
    const known = this.trials;
    if (!layer || !known) return;
    layer.replaceChildren();
    this.says.textContent = "";
    this.pointed = number;
    if (number < 0) return;
    const [x, y] = this.at(number);
    const parent = known.parents[number];
    if (parent >= 0) {
      const [px, py] = this.at(parent);
      layer.append(element("path", { class: "joint", d: `M${px} ${py}L${x} ${y}` }));
    }
    layer.append(element("circle", { cx: x, cy: y, r: 5 }));
    const words = known.words?.[number] ? `  ${known.words[number]}` : "";
    this.says.textContent = `${known.days[number]}  ${known.ids[number]}  ${known.metric} ${known.shown[number]}${words}`;
    this.svg.setAttribute("aria-valuenow", String(number + 1));
    this.svg.setAttribute("aria-valuetext", this.says.textContent);
  }

  /** Numbers of the trials between two places. @param {number} one @param {number} other */
  between(one, other) {
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    const known = /** @type {Trials} */ (this.trials);
    return known.values.map((_, number) => number).filter((number) => {
      const [x] = this.at(number);
      return x >= low && x <= high;
    });
  }

  /** @param {PointerEvent} event */
  release(event) {
    const from = this.from;
    this.from = null;
    if (from === null || !this.trials) return;
    if (Math.abs(event.offsetX - from) <= 4) {
      const number = this.nearest(event.offsetX, event.offsetY);
      if (number >= 0) this.go(this.trials.ids[number]);
      return;
    }
    const known = this.trials;
    const sign = known.lower ? 1 : -1;
    const numbers = this.between(from, event.offsetX);
    const best = [...numbers].sort((one, other) => sign * (known.values[one] - known.values[other])).slice(0, MOST);
    const ids = numbers.filter((number) => best.includes(number)).map((number) => known.ids[number]);
    if (ids.length) location.assign(`/lineup?${new URLSearchParams(ids.map((id) => ["id", id]))}`);
  }
}
