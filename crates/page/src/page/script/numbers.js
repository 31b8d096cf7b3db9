// Numbers that no formula scores, and how much was read.

function numbers(report) {
  const metrics = report.profile_metrics ?? [];
  const sections = Object.entries(report.coverage ?? {});
  if (!metrics.length && !sections.length) return null;
  const read = ({ read, expected, blocked }) =>
    `${number(read)}${known(expected) ? ` of ${number(expected)}` : ""}${blocked ? `, ${number(blocked)} closed` : ""}`;
  return part("Numbers",
    el("dl", { class: "tiles" }, metrics.map((metric) =>
      el("div", { class: "tile" },
        el("dt", {}, words(metric.name)),
        el("dd", { class: "number", title: known(metric.value) ? number(metric.value, 4) : null },
          known(metric.value) ? (metric.unit === "share" ? percent(metric.value) : compact(metric.value)) : "N/A")))),
    sections.length ? el("h3", {}, "What was read") : null,
    el("dl", { class: "facts" }, sections.map(([name, section]) =>
      el("div", {}, el("dt", {}, words(name)), el("dd", { class: "number" }, read(section))))));
}
