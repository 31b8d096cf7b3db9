// The answer: what to do, the grade, the flags, the facts that decide, and what to ask for.

/** A word for every grade, so that none is told by its colour alone. */
const GRADES = { A: "strong", B: "good", C: "mixed", D: "weak", F: "very weak" };
const graded = (grade) => (GRADES[grade] ? `Grade ${grade}, ${GRADES[grade]}` : "No grade");
const PILLAR_NAMES = Object.fromEntries(PILLARS.map(([key, name]) => [key, name]));
const ADVICE = { sponsor: "Sponsor", look_closer: "Look closer", avoid: "Avoid" };

function answer(report, raised, vault, asked) {
  const simulated = report.data_origin?.kind === "simulated";
  const origin = { live: "Live data", archive: "Archive", simulated: "SIMULATED DATA" }[report.data_origin?.kind];
  const advice = report.decision?.advice;
  return el("section", { class: `card stack answer ${ADVICE[advice] ? advice : "other"}`, "aria-labelledby": "report-title", id: "answer" },
    el("div", {},
      el("div", { class: "row" },
        el("h1", { id: "report-title", tabindex: "-1" }, foreign(`@${report.handle ?? "?"}`)),
        origin ? el("span", { class: simulated ? "badge simulated" : "badge" }, origin) : null),
      el("p", { class: "soft" }, platformName(report.platform), " · made ", time(report.generated_at),
        asked?.completed_at ? ` · in ${took(asked)}` : null),
      reused(asked)),
    el("div", { class: "verdict" },
      report.decision ? decision(report.decision, vault) : null,
      el("div", { class: "summary" },
        gauge("Overall score", report),
        raised ? counted(raised, vault) : null)),
    sureness(report));
}

/** A report that was there already says so, and how to get a new one. */
function reused(status) {
  const wanted = memory.find(current.id)?.wanted;
  if (!wanted || !status?.completed_at || moment(status.completed_at) >= moment(wanted)) return null;
  return el("p", { class: "notice calm small", id: "reused" },
    el("span", {}, "Made from a run of ", time(status.completed_at), ", which was recent enough when you asked. For a new run tick “Work it out anew” in the form."));
}

/** What to do, the facts that decide, and what to ask for. */
function decision({ summary: why, facts, ask }, vault) {
  return el("div", { class: "stack decision", id: "decision" },
    el("p", { class: "sentence" }, foreign(why)),
    facts?.length ? el("div", {}, el("h2", { class: "label" }, "Facts that decide"),
      el("ul", { id: "decision-facts" }, facts.map((fact) =>
        el("li", {}, foreign(sentence(fact.text)), el("span", { class: "soft small" }, ` · ${PILLAR_NAMES[fact.pillar] ?? words(fact.pillar)} · `, cited(fact.evidence_links, vault)))))) : null,
    ask?.length ? el("div", {}, el("h2", { class: "label" }, "Ask the creator for"),
      el("ul", { id: "decision-ask" }, ask.map((question) => el("li", {}, foreign(question))))) : null);
}

/** How many flags there are, beside the grade; leads to them. */
function counted(raised, vault) {
  const of = (severity) => raised.filter((flag) => flag.severity === severity).length;
  const kinds = SEVERITIES.filter(([key]) => of(key)).map(([key, name]) => `${of(key)} ${name.toLowerCase()}`);
  return el("p", { class: "counts" }, raised.length
    ? el("a", { href: vault.partAddress("flags"), class: "flag" }, icon("flag", 14), `${plural(raised.length, "flag", "flags")}: ${kinds.join(", ")}`)
    : el("span", { class: "badge" }, "No flags"));
}

/** How sure all of it is. */
function sureness(report) {
  const fact = (name, ...value) => el("div", {}, el("dt", {}, name), el("dd", {}, ...value));
  const state = report.epistemic_state;
  return el("div", { class: "stack sureness" },
    el("dl", { class: "facts" },
      fact(term("confidence"), known(report.confidence) ? percent(report.confidence) : "N/A"),
      state ? fact(term("reliance"), words(String(state.status).toLowerCase()), el("br", {}), el("span", { class: "soft small" }, plural(state.data_points_analyzed, "data point", "data points"))) : null,
      fact(term("completeness"), words(report.data_completeness ?? "unknown")),
      fact("Data from", report.captured_at ? time(report.captured_at) : "unknown"),
      fact(term("methodology"), visible(report.methodology_version ?? "unknown"))),
    state?.reason ? el("p", { class: "soft small" }, sentence(state.reason), ".") : null);
}
