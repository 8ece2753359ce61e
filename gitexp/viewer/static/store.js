// @ts-check
// What is known of the record: the columnar index of every post, and the fragments that were loaded.

export const CHUNK = 12;
const KEPT = 60;

/** @typedef {{tip: string, prints: string[], ids: string[], metrics: string[], parents: number[], of: number[], slots: number[], days: [string, number][]}} Columns */

const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("gitexp", { createHTML: (/** @type {string} */ text) => text });

/** Nodes of HTML that our own server made and sanitised. @param {string} html @returns {DocumentFragment} */
export function nodes(html) {
  const made = document.createElement("template");
  made.innerHTML = policy ? policy.createHTML(html) : html;
  return made.content;
}

/** Read the page anew and put what it now says in the place of what stands in ``selector``. @param {string} selector */
export async function again(selector) {
  const answer = await fetch(location.href);
  const fresh = answer.ok ? nodes(await answer.text()).querySelector(selector) : null;
  if (fresh) document.querySelector(selector)?.replaceChildren(...fresh.childNodes);
}

/** Call ``renew`` when the record is no longer what the page shows, as long as the page is seen: a browser gives one place six connections
 * in all. Gives back how to tell that it moved, for a page that moved it itself.
 * @param {(tip: string) => Promise<unknown>} renew @returns {(tip: string) => Promise<void>} */
export function live(renew) {
  /** @type {EventSource | null} */ let source = null;
  let shown = document.body.dataset.tip;
  const moved = async (/** @type {string} */ tip) => {
    if (tip === shown) return;
    shown = tip;
    await renew(tip);
  };
  const look = () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      source = new EventSource("/e");
      source.onmessage = (event) => void moved(event.data);
    }
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", () => source?.close());
  look();
  return moved;
}

export class Store {
  constructor() {
    /** @type {Columns | null} */ this.columns = null;
    /** @type {number[]} the first post of each slot, and the number of posts at the end */ this.starts = [];
    /** @type {Map<string, string>} fragments by fingerprint, the latest used last */ this.fragments = new Map();
    /** @type {Map<string, AbortController>} */ this.under = new Map();
    /** @type {Map<string, string>} sizes of deltas by experiment */ this.deltas = new Map();
  }

  /** Load the index of a tip, or of the one that holds when it has moved on meanwhile; false where that failed. @param {string} tip */
  async load(tip) {
    const answer = await fetch(`/i/${tip}.json`);
    if (!answer.ok) return false;
    this.columns = await answer.json();
    this.starts = [0];
    for (const posts of this.columns?.slots ?? []) this.starts.push(this.starts[this.starts.length - 1] + posts);
    this.deltas.clear();
    return true;
  }

  /** How many posts there are. */
  get count() {
    return this.columns ? this.columns.of.length : Number(document.body.dataset.count);
  }

  /** How many slots there are: posts of a few words share one. */
  get slots() {
    return this.columns ? this.columns.slots.length : Number(document.body.dataset.slots);
  }

  /** The slot of a post; behind the last one the number of slots. @param {number} post */
  slot(post) {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= post) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The first post of a slot, or the nearest there is. @param {number} slot */
  start(slot) {
    return slot >= this.slots ? this.count - 1 : this.starts[Math.max(0, slot)] ?? 0;
  }

  /** Id and metric of a post, "" for what it has none of. @param {number} post @returns {[string, string]} */
  head(post) {
    const at = this.columns?.of[post] ?? -1;
    return this.columns && at >= 0 ? [this.columns.ids[at], this.columns.metrics[at]] : ["", ""];
  }

  /** The day of a post. @param {number} post */
  day(post) {
    let left = post;
    for (const [day, posts] of this.columns?.days ?? []) {
      if (left < posts) return day;
      left -= posts;
    }
    return "";
  }

  /** The first post of an experiment, -1 if none. @param {string} id */
  find(id) {
    if (!this.columns) return -1;
    const at = this.columns.ids.indexOf(id);
    return at < 0 ? -1 : this.columns.of.indexOf(at);
  }

  /** The HTML of a chunk; undefined when it was given up. @param {number} chunk */
  async fragment(chunk) {
    const print = this.columns?.prints[chunk];
    if (!print) return undefined;
    const known = this.fragments.get(print);
    if (known !== undefined) {
      this.fragments.delete(print);
      this.fragments.set(print, known);
      return known;
    }
    if (this.under.has(print)) return undefined;
    const stop = new AbortController();
    this.under.set(print, stop);
    try {
      const answer = await fetch(`/f/${print}`, { signal: stop.signal });
      if (answer.status !== 200) return undefined;
      const html = await answer.text();
      this.fragments.set(print, html);
      if (this.fragments.size > KEPT) this.fragments.delete(/** @type {string} */ (this.fragments.keys().next().value));
      return html;
    } catch {
      return undefined;
    } finally {
      this.under.delete(print);
    }
  }

  /** Give up what is under way for chunks that nobody looks at any more. @param {(chunk: number) => boolean} wanted */
  abandon(wanted) {
    for (const [print, stop] of this.under) if (!wanted(this.columns?.prints.indexOf(print) ?? -1)) stop.abort();
  }

  /** Sizes of deltas of some experiments. @param {string[]} ids */
  async sizes(ids) {
    const asked = ids.filter((id) => !this.deltas.has(id)).slice(0, CHUNK);
    if (asked.length) {
      for (const id of asked) this.deltas.set(id, "");
      const answer = await fetch("/d?" + new URLSearchParams(asked.map((id) => ["id", id])));
      if (answer.ok) for (const [id, text] of Object.entries(await answer.json())) this.deltas.set(id, text);
    }
    return this.deltas;
  }
}
