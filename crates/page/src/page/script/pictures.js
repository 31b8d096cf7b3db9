// Small pictures. Each can be read without its colours, and what it shows is said in words beside it.

/** Bars below each other: `rows` are `{ name, value, text }`; `most` is the value of a whole bar, `mark` that of a line across. */
function bars(rows, { most = Math.max(...rows.map((row) => row.value)), mark } = {}) {
  const at = (value) => Math.max(0, Math.min(100, (100 * value) / (most || 1)));
  return el("ul", { class: "bars" }, rows.map(({ name, value, text, hollow }) =>
    el("li", {},
      el("span", { class: "small" }, name),
      svg("svg", { class: "bar-picture", viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("rect", { class: "ground", x: 0, y: 0, width: 100, height: 12 }),
        svg("rect", { class: hollow ? "hollow" : "full", x: 0, y: 1, width: at(value), height: 10 }),
        known(mark) ? svg("line", { class: "mark", x1: at(mark), x2: at(mark), y1: 0, y2: 12 }) : null),
      el("span", { class: "small number" }, text))));
}

/** A range on a line from `from` to `to`, and a value within or beside it. */
function spread({ low, high, at, from = 0, to, label }) {
  const x = (value) => Math.max(1, Math.min(199, (200 * (value - from)) / ((to - from) || 1)));
  return svg("svg", { class: "spread-picture", viewBox: "0 0 200 26", preserveAspectRatio: "none", role: "img", "aria-label": label },
    svg("title", {}, label),
    svg("line", { class: "axis", x1: 0, x2: 200, y1: 13, y2: 13 }),
    svg("rect", { class: "range", x: x(low), y: 5, width: Math.max(2, x(high) - x(low)), height: 16 }),
    known(at) ? svg("rect", { class: "value", x: x(at) - 1.5, y: 1, width: 3, height: 24 }) : null);
}

/** Columns beside each other, such as one for each week. */
function columns(counts, label) {
  const most = Math.max(1, ...counts);
  const width = 200 / counts.length;
  return svg("svg", { class: "columns-picture", viewBox: "0 0 200 48", preserveAspectRatio: "none", role: "img", "aria-label": label },
    svg("title", {}, label),
    counts.map((count, at) => svg("rect", { class: "full", x: at * width + width * .1, width: width * .8, y: 46 - (44 * count) / most, height: (44 * count) / most })),
    svg("line", { class: "axis", x1: 0, x2: 200, y1: 47, y2: 47 }));
}
