// The report: which parts it has, and in which order.

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
  const simulated = report.data_origin?.kind === "simulated";
  document.title = `${simulated ? "Simulated report" : "Report"} on @${visible(report.handle)}`;
  const pillars = PILLARS.filter(([key]) => report[key]?.signals);
  const vault = new Vault(report, pillars, id);
  const raised = raisedFlags(report, pillars);
  current.reveal = (evidence) => vault.reveal(evidence);
  current.unfold = () => {
    for (const part of $("report").querySelectorAll("details:not(.no-print, .term)")) part.open = true;
    vault.showAll();
  };
  $("report").className = simulated ? "stack is-simulated" : "stack";
  $("report").replaceChildren(...[
    banners(report.warning_banners ?? []),
    answer(report, pillars.length ? raised : null, vault, current.status),
    takeAlong(report, id),
    pillars.length ? flags(raised, strengths(report, pillars), vault) : null,
    pillars.length ? el("section", { class: "pillars", "aria-label": "The four pillars" }, pillars.map((pillar) => pillarCard(report[pillar[0]], pillar, raised))) : null,
    report.insights ? insights(report, vault) : null,
    report.timeline?.length ? timeline(report.timeline) : null,
    pillars.length ? measured(report, pillars, vault) : null,
    numbers(report),
    vault.section(),
    limitations(report.known_limitations ?? []),
    raw(report, id),
  ].filter(Boolean));
}

const part = (heading, ...children) => {
  const id = `part-${heading.toLowerCase().replaceAll(" ", "-")}`;
  return el("section", { class: "card stack", "aria-labelledby": id }, el("h2", { id, tabindex: "-1" }, heading), ...children);
};

/** Brings a part of the report, such as `flags`, into sight. */
function showPart(name) {
  const section = document.getElementById(`${name}-part`);
  if (!section) return;
  section.scrollIntoView();
  section.querySelector("h2")?.focus({ preventScroll: true });
}

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

const limitations = (texts) => texts.length
  ? part("What no report of this kind can tell", el("ul", { class: "limits small soft" }, texts.map((text) => el("li", {}, foreign(text)))))
  : null;
