// @ts-check
// The window on the stream: chunks of uniform, known height; only what is near the view is in the page, only what is rested on is loaded.
import { CHUNK, nodes } from "./store.js";

/** @typedef {import("./store.js").Store} Store */

const FAST = 90; // pixels a frame beyond which nothing is loaded
const REST = 70; // milliseconds without a scroll after which all in view is loaded
const EDGE = 2; // screens from an end of the field at which it moves on

export class Window {
  /** Pixels of the tallest field: browsers lay out nothing beyond some 17 million. A longer stream is shown a stretch at a time. */
  static tallest = 12e6;

  /** @param {Store} store @param {HTMLElement} stream @param {HTMLElement} field @param {() => void} shown called when cards changed */
  constructor(store, stream, field, shown) {
    this.store = store;
    this.stream = stream;
    this.field = field;
    this.shown = shown;
    /** @type {Map<number, HTMLElement>} */ this.sections = new Map();
    for (const node of /** @type {NodeListOf<HTMLElement>} */ (field.querySelectorAll(".chunk"))) this.sections.set(Number(node.dataset.c), node);
    // Columns of the grid, height of a card and of a chunk in pixels; read by the first layout.
    this.columns = 1;
    this.card = 0;
    this.height = 0;
    // The chunks that the field has places for: from `base`, `span` of them.
    this.base = 0;
    this.span = 0;
    this.all = 0; // chunks at the last layout
    this.last = 0;
    this.frame = 0;
    this.timer = 0;
    stream.addEventListener("scroll", () => this.moved(), { passive: true });
    new ResizeObserver(() => this.layout()).observe(stream);
  }

  /** Pixels from the beginning of the stream to the top of the view. */
  get top() {
    return this.base * this.height + this.stream.scrollTop + this.stream.scrollHeight - this.stream.clientHeight;
  }
  set top(pixels) {
    this.reach(pixels);
    this.stream.scrollTop = pixels - this.base * this.height - (this.stream.scrollHeight - this.stream.clientHeight);
  }

  /** How many chunks there are. */
  get chunks() {
    return Math.ceil(this.store.slots / CHUNK);
  }

  /** Have the field hold the stretch around a place. @param {number} pixels from the beginning of the stream */
  reach(pixels) {
    const room = EDGE * this.stream.clientHeight;
    const start = this.base * this.height;
    const end = start + this.span * this.height;
    const early = this.base > 0 && pixels < start + room;
    const late = this.base + this.span < this.all && pixels + this.stream.clientHeight > end - room;
    const middle = Math.round((pixels + this.stream.clientHeight / 2) / this.height - this.span / 2);
    if (early) this.put_base(Math.min(middle, this.base - 1));
    else if (late) this.put_base(Math.max(middle, this.base + 1));
  }

  /** @param {number} chunk the first of the field, or as near to it as there are chunks */
  put_base(chunk) {
    this.base = Math.max(0, Math.min(chunk, this.all - this.span));
    const left = Math.min(this.store.slots - this.base * CHUNK, this.span * CHUNK);
    this.field.style.height = `${Math.ceil(left / this.columns) * this.card}px`;
    for (const [at, node] of this.sections) node.style.transform = this.at(at);
  }

  /** Where a chunk stands in the field. @param {number} chunk */
  at(chunk) {
    return `translateY(${(chunk - this.base) * this.height}px)`;
  }

  /** Read the sizes, give the field its height, put every chunk in its place. */
  layout() {
    const atEnd = this.stream.scrollTop > -2 && this.base + this.span >= this.all;
    const first = this.height ? Math.floor(this.top / this.card) * this.columns : 0;
    const style = getComputedStyle(this.field);
    this.columns = Number(style.getPropertyValue("--cols"));
    this.card = Number.parseFloat(style.getPropertyValue("--card"));
    this.height = (CHUNK / this.columns) * this.card;
    this.all = this.chunks;
    this.span = Math.max(1, Math.min(this.chunks, Math.floor(Window.tallest / this.height)));
    this.put_base(atEnd ? this.all : this.base);
    this.field.classList.add("placed");
    if (atEnd) this.stream.scrollTop = 0;
    else this.top = Math.floor(first / this.columns) * this.card;
    this.draw(true);
  }

  moved() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(true), REST);
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      const speed = Math.abs(this.stream.scrollTop - this.last);
      this.last = this.stream.scrollTop;
      this.draw(speed < FAST);
    });
  }

  /** Have the chunks in view in the page; load them when ``slow``. @param {boolean} slow */
  draw(slow) {
    if (!this.height || !this.store.columns) return;
    const top = this.top;
    const base = this.base;
    this.reach(top);
    if (base !== this.base) this.top = top;
    const from = Math.max(0, Math.floor((this.top - 80) / this.height));
    const to = Math.min(this.store.columns.prints.length - 1, Math.floor((this.top + this.stream.clientHeight + 80) / this.height));
    for (const [chunk, node] of this.sections) {
      if (chunk < from - 1 || chunk > to + 1) {
        node.remove();
        this.sections.delete(chunk);
      }
    }
    this.store.abandon((chunk) => chunk >= from - 1 && chunk <= to + 1);
    for (let chunk = from; chunk <= to; chunk++) {
      const node = this.sections.get(chunk) ?? this.put(chunk);
      if (slow && node.dataset.print !== this.store.columns.prints[chunk]) void this.fill(chunk);
    }
    this.shown();
  }

  /** A chunk of id and metric alone, painted from the index. @param {number} chunk */
  put(chunk) {
    const node = document.createElement("section");
    node.className = "chunk";
    node.dataset.c = String(chunk);
    node.style.transform = this.at(chunk);
    const end = Math.min(this.store.slots, (chunk + 1) * CHUNK);
    let slot = document.createElement("div");
    for (let post = this.store.starts[chunk * CHUNK]; post < this.store.starts[end]; post++) {
      const place = this.store.slot(post);
      if (post === this.store.starts[place]) {
        slot = node.appendChild(document.createElement("div"));
        slot.className = "slot";
      }
      const card = slot.appendChild(document.createElement("article"));
      card.className = (this.store.columns?.slots[place] ?? 1) > 1 ? "card short" : "card";
      card.dataset.n = String(post);
      card.tabIndex = -1;
      const [id, metric] = this.store.head(post);
      if (id) card.dataset.id = id;
      const head = card.appendChild(document.createElement("header"));
      const name = head.appendChild(document.createElement("span"));
      name.className = "id";
      name.textContent = id;
      const value = head.appendChild(document.createElement("b"));
      value.className = "metric";
      value.textContent = metric;
    }
    this.sections.set(chunk, node);
    this.field.append(node);
    return node;
  }

  /** Put the loaded cards in the place of what was painted. @param {number} chunk */
  async fill(chunk) {
    const html = await this.store.fragment(chunk);
    const node = this.sections.get(chunk);
    const print = this.store.columns?.prints[chunk];
    if (html === undefined || !node || !print) return;
    const focused = node.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.n : undefined;
    node.replaceChildren(nodes(html));
    node.dataset.print = print;
    if (focused) /** @type {HTMLElement | null} */ (node.querySelector(`[data-n="${focused}"]`))?.focus({ preventScroll: true });
    this.shown();
  }

  /** Bring a post into view, its card painted at once. @param {number} post @param {boolean} [middle] */
  show(post, middle = false) {
    if (!this.height) return undefined;
    const y = Math.floor(this.store.slot(post) / this.columns) * this.card;
    const room = this.stream.clientHeight;
    if (middle || y < this.top - room || y > this.top + 2 * room) this.top = y - (room - this.card) / 2;
    else if (y < this.top) this.top = y;
    else if (y + this.card > this.top + room) this.top = y + this.card - room;
    this.draw(true);
    return this.card_of(post);
  }

  /** The card of a post, if it is in the page. @param {number} post @returns {HTMLElement | null} */
  card_of(post) {
    return this.field.querySelector(`[data-n="${post}"]`);
  }

  /** The post at the top of the view. */
  get first() {
    return this.card ? this.store.start(Math.max(0, Math.round(this.top / this.card)) * this.columns) : 0;
  }
}
