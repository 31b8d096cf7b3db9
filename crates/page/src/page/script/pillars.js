// The four pillars, and what was measured for them.

/**
 * A half circle with the score, an arc outside it for where the score may lie, and the grade. Without a
 * score the arc is where the truth may lie, if that is less than everything.
 */
function gauge(name, { score, interval, range, grade, confidence }) {
  const arc = (from, to, radius) => {
    const point = (value) => {
      const angle = Math.PI * (1 - value / 100);
      return `${(100 + radius * Math.cos(angle)).toFixed(2)} ${(100 - radius * Math.sin(angle)).toFixed(2)}`;
    };
    return `M${point(from)}A${radius} ${radius} 0 0 1 ${point(to)}`;
  };
  const line = (kind, from, to, radius, width) =>
    svg("path", { class: kind, d: arc(from, to, radius), fill: "none", "stroke-width": width, "stroke-linecap": "round" });
  const has = known(score);
  const lies = has ? interval : range && (range.low > 0 || range.high < 100) ? range : null;
  const spoken = has
    ? `${name}: ${number(score)} of 100${interval ? `, between ${number(interval.low)} and ${number(interval.high)}` : ""}, ${grade ? graded(grade) : "grade not given"}, confidence ${percent(confidence ?? 0)}`
    : `${name}: N/A, it could not be measured${lies ? `; it may lie between ${number(lies.low)} and ${number(lies.high)}` : ""}`;
  return svg("svg", { class: `gauge${GRADES[grade] ? ` grade-${grade}` : ""}`, viewBox: "0 0 200 142", role: "img", "aria-label": spoken },
    svg("title", {}, spoken),
    line("track", 0, 100, 78, 13),
    has ? line("score", 0, Math.max(score, .5), 78, 13) : line("none", 0, 100, 78, 3),
    lies ? line("interval", lies.low, Math.max(lies.high, lies.low + .5), 92, 3) : null,
    svg("text", { x: 100, y: 96, "font-size": has ? 40 : 32, "font-weight": 700, class: has ? null : "muted" }, has ? number(score) : "N/A"),
    svg("text", { x: 100, y: 121, "font-size": 15, "font-weight": 700, class: "grade" }, has ? graded(grade) : "Not measured"),
    lies ? svg("text", { x: 100, y: 138, "font-size": 12, class: "muted" }, `${has ? "" : "may be "}between ${number(lies.low)} and ${number(lies.high)}`) : null);
}

function pillarCard(pillar, [key, name, question, weight], raised) {
  const meter = el("div", { class: "meter", "aria-hidden": "true" }, el("span", {}));
  meter.firstChild.style.width = `${(pillar.confidence ?? 0) * 100}%`;
  const here = raised.filter((flag) => flag.key === key).length;
  return el("div", { class: "card pillar", "data-pillar": key },
    el("div", {}, el("h2", {}, name), el("p", { class: "soft small" }, question)),
    gauge(name, pillar),
    benchmark(pillar.signals.find((signal) => signal.name === "engagement_rate")),
    el("div", {},
      el("div", { class: "row spread small" }, el("span", { class: "soft" }, "Confidence"), el("span", { class: "number" }, known(pillar.score) ? percent(pillar.confidence ?? 0) : "none")),
      meter),
    el("p", { class: "soft small" }, `${weight} % of the overall score${here ? ` · ${plural(here, "flag", "flags")}` : ""}`),
    pillar.reason ? el("p", { class: "small" }, foreign(sentence(pillar.reason)), ".") : null,
    ceiling(pillar));
}

/** Why a pillar cannot be better, whatever its other signals say. */
function ceiling({ ceiling: most, signals }) {
  if (!known(most) || most >= 100) return null;
  const binding = signals.find((signal) => signal.ceiling === most);
  return el("p", { class: "small bound" }, `At most ${number(most)}`, binding ? [": ", foreign(binding.explanation)] : null, ".");
}

/** The rate against what is usual, drawn. The report has the usual bounds in its sentence only; that of older ones says "are". */
function benchmark(signal) {
  const usual = /usual for this size (?:is|are) ([\d.]+) % to ([\d.]+) %/.exec(signal?.explanation ?? "");
  if (!usual || !known(signal.value)) return null;
  const [low, high] = [Number(usual[1]), Number(usual[2])];
  const at = signal.value * 100;
  return el("div", { class: "benchmark" },
    spread({ low, high, at, to: Math.max(high, at) * 1.15, label: `Engagement rate ${percent(signal.value)}; usual for this size is ${low} to ${high} percent` }),
    el("p", { class: "small number" }, el("strong", {}, percent(signal.value)), `, usual ${low} to ${high}\u00a0%`));
}

function measured(report, pillars, vault) {
  const heaviest = (key) => Math.max(0.01, ...report[key].signals.map((signal) => signal.weight));
  return part("What was measured",
    el("p", { class: "soft small" }, "By weight within its pillar. A bar's length is the weight a signal can have, its dark part the weight it had: small samples count for less, alarms for more."),
    el("div", {}, pillars.map(([key, name]) =>
      el("details", { class: "measured" },
        el("summary", {}, `${name} · ${plural(report[key].signals.length, "signal", "signals")}`),
        el("ul", { class: "signals" },
          [...report[key].signals].sort((a, b) => b.weight - a.weight).map((signal) => signalRow(signal, key, heaviest(key), vault)))))));
}

function signalRow(signal, pillar, heaviest, vault) {
  const [arrow, meaning] = DIRECTIONS[signal.direction] ?? ["", ""];
  const share = /_(share|rate)$/.test(signal.name);
  const value = known(signal.value) ? (share ? percent(signal.value) : number(signal.value, 2)) : null;
  const width = (weight) => `${Math.min(100, (100 * weight) / heaviest)}%`;
  const flag = signal.flag
    ? el("p", { class: "small" }, el("a", { class: "flag", href: vault.partAddress("flags") }, icon("flag", 13), words(signal.flag))) : null;
  return el("li", { id: vault.signalId(pillar, signal.name) },
    el("div", { class: "what" },
      SIGNALS[signal.name] ? explained(words(signal.name), value ? ` · ${value}` : "", SIGNALS[signal.name])
        : el("p", { class: "name" }, words(signal.name), value ? el("span", { class: "soft number" }, ` · ${value}`) : null),
      el("p", { class: "soft small" }, foreign(sentence(signal.explanation)), "."),
      known(signal.ceiling) ? el("p", { class: "small" }, `Because of it the pillar is at most ${number(signal.ceiling)}.`) : null,
      signal.evidence_links?.length ? el("p", { class: "soft small" }, "Rests on ", cited(signal.evidence_links, vault), ".") : null,
      flag),
    el("div", { class: "how small soft" },
      signal.weight > 0
        ? svg("svg", { class: "weight", role: "img", "aria-label": `Weight ${number(signal.weight, 2)}, of which ${number(signal.effective_weight, 2)} counted` },
            svg("rect", { class: "could", x: .5, y: .5, width: width(signal.weight), height: 9, rx: 4.5 }),
            signal.effective_weight > 0 ? svg("rect", { class: "did", y: 0, width: width(signal.effective_weight), height: 10, rx: 5 }) : null)
        : null,
      el("span", {}, signal.weight > 0 ? `weight ${number(signal.weight, 2)} · ` : "shown only · "),
      el("span", { title: meaning }, `${arrow} ${meaning}`)),
    known(signal.score)
      ? el("p", { class: "score number" }, number(signal.score), el("span", { class: "soft small" }, " / 100"))
      : el("p", { class: "score unknown" }, value ? "not scored" : "N/A"));
}
