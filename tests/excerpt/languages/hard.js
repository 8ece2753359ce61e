'use strict';
// function not() {
const text = `template ${ items.map(x => { return x; }) } {`;
const pattern = /[/{"]+\/{/g;

export default class Shape extends mixin(Base, { a: 1 }) {
  #secret = { a: 1 };
  static defaults = { size: 1 };
  constructor(name = '}', { width, height = { a: 1 } } = {}) {
    super(name);
    if (name) { this.name = name; } else while (false) { }
  }
  get area() { return 1; }
  set area(value) { this.value = value; }
  static async *walk(items) {
    for await (const item of items) { yield item; }
  }
  #hidden() { return this.#secret; }
  onClick = (event) => {
    event.stop();
  };
  render() {
    return items.map(function (item) { return item; });
  }
}

export async function load(url, options = { cache: true }) {
  try { return await fetch(url); } catch (error) { throw error; } finally { done(); }
}

function* generate() { yield 1; }

const arrow = async ({ a, b }) => {
  return a / b;
};
const short = x => x + 1;
const curried = (a) => (b) => {
  return a + b;
};

module.exports = {
  plain(value) { return value; },
  named: function (value) { return value; },
  arrow: (value) => { return value; },
};

Shape.prototype.draw = function draw(context) {
  switch (context) { case 1: { break; } default: }
};
exports.make = () => new Shape();

$(document).ready(function () {
  setup({ a: 1 });
});

var self = (function () { return this; })();
