// Flags by severity, each with its evidence, and the strengths beside them.

/** The bounds are those of the decision: under 40 it says avoid, under 60 it says look closer. */
const SEVERITIES = [["serious", "Serious"], ["notable", "Notable"], ["minor", "Minor"]];
const severityOf = (score) => (score < 40 ? "serious" : score < 60 ? "notable" : "minor");

/** All flags, the worst first: by the signal's own score and ceiling, or by its pillar's where it has none. */
function raisedFlags(report, pillars) {
  const raised = pillars.flatMap(([key, name]) => report[key].signals.filter((signal) => signal.flag).map((signal) => {
    const own = [signal.score, signal.ceiling].filter(known);
    const worst = own.length ? Math.min(...own) : known(report[key].score) ? report[key].score : report[key].range?.high ?? 50;
    return { key, name, signal, worst, severity: severityOf(worst) };
  }));
  return raised.sort((a, b) => a.worst - b.worst);
}

/** What speaks for the account: measured well, with weight. */
const strengths = (report, pillars) => pillars
  .flatMap(([key, name]) => report[key].signals.filter((signal) => !signal.flag && signal.score >= 80 && signal.effective_weight > 0)
    .map((signal) => ({ name, signal, part: signal.effective_weight * (PILLARS.find(([of]) => of === key)?.[3] ?? 1) })))
  .sort((a, b) => b.part - a.part)
  .slice(0, 5);

function flags(raised, strong, vault) {
  const box = part("Flags and strengths", el("div", { class: "sides" },
    el("div", { class: "stack tight" },
      el("h3", {}, raised.length ? plural(raised.length, "flag", "flags") : "No flags"),
      raised.length
        ? el("ul", { class: "flags", id: "flags" }, raised.map((flag) => flagItem(flag, vault)))
        : el("p", { class: "soft small" }, "No signal raised a flag. What could not be measured cannot raise one.")),
    el("div", { class: "stack tight" },
      el("h3", {}, "Strengths"),
      strong.length
        ? el("ul", { class: "strengths", id: "strengths" }, strong.map(({ name, signal }) =>
            el("li", {}, el("strong", {}, words(signal.name)), el("span", { class: "small" }, " ", foreign(sentence(signal.explanation)), el("span", { class: "soft" }, ` · ${name} · ${number(signal.score)} of 100`)))))
        : el("p", { class: "soft small" }, "Nothing was measured well enough to be called one."))));
  box.id = "flags-part";
  return box;
}

function flagItem({ name, signal, severity }, vault) {
  return el("li", { class: severity, "data-flag": signal.flag, id: vault.flagId(signal.flag) },
    el("p", { class: "row" },
      el("span", { class: `severity ${severity}` }, icon("flag", 13), SEVERITIES.find(([key]) => key === severity)[1]),
      el("strong", {}, words(signal.flag)), el("span", { class: "soft small" }, name)),
    el("p", { class: "small" }, foreign(sentence(signal.explanation)), "."),
    proof(signal.evidence_links, vault));
}

/** The evidence that something rests on, opened where it stands. */
function proof(links, vault) {
  const there = (links ?? []).filter((id) => vault.has(id));
  if (!there.length) return el("p", { class: "soft small" }, "No evidence is cited.");
  return el("details", { class: "proof" },
    el("summary", { class: "small" }, there.length === 1 ? "The evidence" : `The ${there.length} pieces of evidence`),
    el("ul", { class: "quotes" }, there.map((id) => vault.quote(id))));
}

/** Links to all the evidence that something rests on, each named by what it shows. */
function cited(links, vault) {
  const there = (links ?? []).filter((id) => vault.has(id));
  if (!there.length) return "no evidence";
  return el("span", { class: "cited" }, there.map((id, at) => [at ? ", " : null, vault.link(id, {}, ...vault.named(id))]));
}
