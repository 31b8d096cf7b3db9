// The report: the parts of it, and the score.

function showReport(report, id) {
  try {
    drawReport(report, id);
  } catch (fault) {
    // Of another domain, or of another version: what there is can be read nevertheless.
    console.warn(fault);
    $("report").className = "stack";
    $("report").replaceChildren(raw(report, id, true));
  }
  $("report").hidden = false;
  current.draw?.();
}

function drawReport(report, id) {
  const origin = report.data_origin?.kind;
  const simulated = origin === "simulated";
  document.title = `${simulated ? "Simulated report" : "Report"} on @${visible(report.handle)}`;
  const pillars = PILLARS.filter(([key]) => report[key]?.signals);
  const vault = new Vault(report, pillars, id);
  current.reveal = (evidence) => vault.reveal(evidence);
  current.unfold = () => {
    for (const part of $("report").querySelectorAll("details.measured")) part.open = true;
    vault.showAll();
  };
  $("report").className = simulated ? "stack is-simulated" : "stack";
  $("report").replaceChildren(...[
    banners(report.warning_banners ?? []),
    report.decision ? decision(report.decision, vault) : null,
    summary(report, simulated),
    pillars.length ? el("section", { class: "pillars", "aria-label": "The four pillars" }, pillars.map((pillar) => pillarCard(report[pillar[0]], pillar))) : null,
    pillars.length ? flags(report, pillars, vault) : null,
    pillars.length ? measured(report, pillars, vault) : null,
    report.insights ? insights(report.insights, vault) : null,
    report.timeline?.length ? timeline(report.timeline) : null,
    numbers(report),
    vault.section(),
    limitations(report.known_limitations ?? []),
    raw(report, id),
  ].filter(Boolean));
}

const part = (heading, ...children) => {
  const id = `part-${heading.toLowerCase().replaceAll(" ", "-")}`;
  return el("section", { class: "card stack", "aria-labelledby": id }, el("h2", { id }, heading), ...children);
};

/** They belong to the report and cannot be taken away. */
function banners(texts) {
  if (!texts.length) return null;
  const loud = texts.filter((text) => text.startsWith("SIMULATED"));
  const others = texts.filter((text) => !loud.includes(text));
  const banner = (kind, list) => list.length
    ? el("div", { class: kind, role: "note" }, icon("warning", 20), el("ul", {}, list.map((text) => el("li", {}, foreign(text)))))
    : null;
  return el("section", { class: "stack", "aria-label": "Warnings", id: "banners" }, banner("banner loud", loud), banner("banner", others));
}

const PILLAR_NAMES = Object.fromEntries(PILLARS.map(([key, name]) => [key, name]));
const ADVICE = { sponsor: "Sponsor", look_closer: "Look closer", avoid: "Avoid" };

/** What to do, the facts that decide, and what to ask for. */
function decision({ advice, summary: why, facts, ask }, vault) {
  const box = part("What to do",
    el("p", {}, foreign(why)),
    facts?.length ? el("div", {}, el("h3", {}, "Facts that decide"),
      el("ul", { id: "decision-facts" }, facts.map((fact) =>
        el("li", {}, foreign(sentence(fact.text)), el("span", { class: "soft small" }, ` · ${PILLAR_NAMES[fact.pillar] ?? words(fact.pillar)} · `, cited(fact.evidence_links, vault)))))) : null,
    ask?.length ? el("div", {}, el("h3", {}, "Ask the creator for"),
      el("ul", { id: "decision-ask" }, ask.map((question) => el("li", {}, foreign(question))))) : null);
  box.id = "decision";
  box.classList.add("decision", ADVICE[advice] ? advice : "other");
  return box;
}

function summary(report, simulated) {
  const origin = { live: "Live data", archive: "Archive", simulated: "SIMULATED DATA" }[report.data_origin?.kind];
  const fact = (name, ...value) => el("div", {}, el("dt", {}, name), el("dd", {}, ...value));
  const state = report.epistemic_state;
  return el("section", { class: "card summary", "aria-labelledby": "report-title" },
    gauge("Overall score", report),
    el("div", { class: "stack" },
      el("div", {},
        el("div", { class: "row" },
          el("h1", { id: "report-title", tabindex: "-1" }, foreign(`@${report.handle ?? "?"}`)),
          origin ? el("span", { class: simulated ? "badge simulated" : "badge" }, origin) : null),
        el("p", { class: "soft" }, platformName(report.platform), " · made ", time(report.generated_at), ` · in ${took(current.status)}`)),
      el("dl", { class: "facts" },
        fact("Confidence", known(report.confidence) ? percent(report.confidence) : "N/A"),
        state ? fact("Reliance", words(String(state.status).toLowerCase()), el("br", {}), el("span", { class: "soft small" }, plural(state.data_points_analyzed, "data point", "data points"))) : null,
        fact("Completeness", words(report.data_completeness ?? "unknown")),
        fact("Data from", report.captured_at ? time(report.captured_at) : "unknown"),
        fact("Methodology", visible(report.methodology_version ?? "unknown"))),
      state?.reason ? el("p", { class: "soft small" }, sentence(state.reason), ".") : null));
}

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
    ? `${name}: ${number(score)} of 100${interval ? `, between ${number(interval.low)} and ${number(interval.high)}` : ""}, grade ${grade ?? "not given"}, confidence ${percent(confidence ?? 0)}`
    : `${name}: N/A, it could not be measured${lies ? `; it may lie between ${number(lies.low)} and ${number(lies.high)}` : ""}`;
  return svg("svg", { class: "gauge", viewBox: "0 0 200 142", role: "img", "aria-label": spoken },
    svg("title", {}, spoken),
    line("track", 0, 100, 78, 13),
    has ? line("score", 0, Math.max(score, .5), 78, 13) : line("none", 0, 100, 78, 3),
    lies ? line("interval", lies.low, Math.max(lies.high, lies.low + .5), 92, 3) : null,
    svg("text", { x: 100, y: 96, "font-size": has ? 40 : 32, "font-weight": 700, class: has ? null : "muted" }, has ? number(score) : "N/A"),
    svg("text", { x: 100, y: 121, "font-size": 15, "font-weight": 600 }, has ? (grade ? `Grade ${grade}` : "No grade") : "Not measured"),
    lies ? svg("text", { x: 100, y: 138, "font-size": 12, class: "muted" }, `${has ? "" : "may be "}between ${number(lies.low)} and ${number(lies.high)}`) : null);
}

function pillarCard(pillar, [key, name, question, weight]) {
  const meter = el("div", { class: "meter", "aria-hidden": "true" }, el("span", {}));
  meter.firstChild.style.width = `${(pillar.confidence ?? 0) * 100}%`;
  return el("div", { class: "card pillar", "data-pillar": key },
    el("div", {}, el("h2", {}, name), el("p", { class: "soft small" }, question)),
    gauge(name, pillar),
    el("div", {},
      el("div", { class: "row spread small" }, el("span", { class: "soft" }, "Confidence"), el("span", { class: "number" }, known(pillar.score) ? percent(pillar.confidence ?? 0) : "none")),
      meter),
    el("p", { class: "soft small" }, `${weight} % of the overall score`),
    pillar.reason ? el("p", { class: "small" }, foreign(sentence(pillar.reason)), ".") : null,
    ceiling(pillar));
}

/** Why a pillar cannot be better, whatever its other signals say. */
function ceiling({ ceiling: most, signals }) {
  if (!known(most) || most >= 100) return null;
  const binding = signals.find((signal) => signal.ceiling === most);
  return el("p", { class: "small bound" }, `At most ${number(most)}`, binding ? [": ", foreign(binding.explanation)] : null, ".");
}

/** A flag's sign, which leads to the first piece of the evidence that it rests on. */
function flagLink(flag, links, vault) {
  const content = [icon("flag", 13), words(flag)];
  const first = (links ?? []).find((id) => vault.has(id));
  return first ? vault.link(first, { class: "flag" }, content) : el("span", { class: "flag" }, content);
}

/** Links to all the evidence that a flag rests on. */
function cited(links, vault) {
  const there = (links ?? []).filter((id) => vault.has(id));
  if (!there.length) return "no evidence";
  return el("span", { class: "cited" }, there.length === 1 ? "evidence " : "evidence: ", there.map((id, at) =>
    vault.link(id, { "aria-label": `Evidence ${at + 1} of ${there.length}` }, String(at + 1))));
}

function flags(report, pillars, vault) {
  const raised = pillars.flatMap(([key, name]) =>
    report[key].signals.filter((signal) => signal.flag).map((signal) => ({ name, signal })));
  return part("Flags", raised.length
    ? el("ul", { class: "flags", id: "flags" }, raised.map(({ name, signal }) =>
        el("li", {},
          flagLink(signal.flag, signal.evidence_links, vault),
          el("span", { class: "small" }, foreign(sentence(signal.explanation)), el("span", { class: "soft" }, ` · ${name} · `, cited(signal.evidence_links, vault))))))
    : el("p", { class: "soft" }, "No signal raised a flag. What could not be measured cannot raise one."));
}

function measured(report, pillars, vault) {
  const heaviest = (key) => Math.max(0.01, ...report[key].signals.map((signal) => signal.weight));
  return part("What was measured",
    el("p", { class: "soft small" }, "By weight within its pillar. A bar's length is the weight a signal can have, its dark part the weight it had: small samples count for less, alarms for more."),
    el("div", {}, pillars.map(([key, name], at) =>
      el("details", { class: "measured", open: at === 0 },
        el("summary", {}, `${name} · ${plural(report[key].signals.length, "signal", "signals")}`),
        el("ul", { class: "signals" },
          [...report[key].signals].sort((a, b) => b.weight - a.weight).map((signal) => signalRow(signal, key, heaviest(key), vault)))))));
}

function signalRow(signal, pillar, heaviest, vault) {
  const [arrow, meaning] = DIRECTIONS[signal.direction] ?? ["", ""];
  const share = /_(share|rate)$/.test(signal.name);
  const value = known(signal.value) ? (share ? percent(signal.value) : number(signal.value, 2)) : null;
  const width = (weight) => `${Math.min(100, (100 * weight) / heaviest)}%`;
  return el("li", { id: vault.signalId(pillar, signal.name) },
    el("div", { class: "what" },
      el("p", { class: "name" }, words(signal.name), value ? el("span", { class: "soft number" }, ` · ${value}`) : null),
      el("p", { class: "soft small" }, foreign(sentence(signal.explanation)), "."),
      known(signal.ceiling) ? el("p", { class: "small" }, `Because of it the pillar is at most ${number(signal.ceiling)}.`) : null,
      signal.flag ? el("p", { class: "small" }, flagLink(signal.flag, signal.evidence_links, vault)) : null),
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
