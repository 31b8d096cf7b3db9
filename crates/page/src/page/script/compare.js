// Two to five accounts side by side.

VIEWS.compare = async (text) => {
  const ids = idsIn(text).slice(0, 5);
  const stage = current.view;
  if (ids.length < 2) return lost(new Trouble("There is nothing to compare", "The address names fewer than two reports."));
  $("report").className = "stack";
  $("report").replaceChildren(el("section", { class: "card" }, el("h1", { id: "report-title", tabindex: "-1" }, "Comparing"), el("p", { class: "soft" }, "Fetching the reports…")));
  $("report").hidden = false;
  const reports = [];
  try {
    await inTurns(ids, async (id) => {
      const response = await ask(`api/report/${id}`);
      if (response.status === 202) throw new Trouble("One of these reports is not ready", "Load the page again in a moment.");
      reports.push({ id, report: json(await response.text()) });
    });
  } catch (trouble) {
    return void (stage === current.view && lost(trouble));
  }
  if (stage !== current.view) return;
  drawComparison(reports);
};

/** By advice, then by the low end of the range, so that what is hidden never leads: as the library's `compare` does it. */
function inOrder(reports) {
  const rank = ({ report }) => ["sponsor", "look_closer", "avoid"].indexOf(report.decision?.advice);
  return [...reports].sort((a, b) => rank(a) - rank(b) || (b.report.range?.low ?? 0) - (a.report.range?.low ?? 0) || (a.report.handle < b.report.handle ? -1 : 1));
}

function drawComparison(unsorted) {
  const reports = inOrder(unsorted);
  const simulated = reports.some(({ report }) => report.data_origin?.kind === "simulated");
  const metric = (name) => ({ report }) => {
    const value = report.profile_metrics?.find((metric) => metric.name === name)?.value;
    return known(value) ? compact(value) : "N/A";
  };
  const scored = (of) => [GRADES[of.grade] ? el("span", { class: `grade-word grade-${of.grade}` }, `${of.grade} · ${GRADES[of.grade]} `) : "No grade ",
    el("span", { class: "number" }, known(of.score) ? number(of.score) : "N/A"),
    of.range ? spread({ low: of.range.low, high: of.range.high, at: of.score, to: 100, label: `between ${number(of.range.low)} and ${number(of.range.high)} of 100` }) : null];
  const rows = [
    ["Advice", ({ report }) => el("strong", {}, ADVICE[report.decision?.advice] ?? "none")],
    ["In a sentence", ({ report }) => foreign(report.decision?.summary ?? "")],
    ["Overall score", ({ report }) => scored(report)],
    ...PILLARS.map(([key, name]) => [name, ({ report }) => (report[key] ? scored(report[key]) : "N/A")]),
    ["Flags", ({ report }) => (report.flags?.length ? el("ul", {}, report.flags.map((flag) => el("li", {}, el("span", { class: "flag" }, icon("flag", 13), words(flag))))) : "none")],
    ["Followers", metric("followers")],
    ["Engagement", ({ report }) => {
      const value = report.true_engagement?.signals?.find(({ name }) => name === "engagement_rate")?.value;
      return known(value) ? percent(value) : "N/A";
    }],
    ["Median views", ({ report }) => (known(report.insights?.reach?.median_views) ? compact(report.insights.reach.median_views) : "N/A")],
    ["Advertising", ({ report }) => (known(report.insights?.sponsorship?.share) ? percent(report.insights.sponsorship.share) : "N/A")],
    ["Confidence", ({ report }) => (known(report.confidence) ? percent(report.confidence) : "N/A")],
  ];
  const close = reports.slice(1).filter(({ report }, at) => report.range && report.range.high >= (reports[at].report.range?.low ?? 101) && report.decision?.advice === reports[at].report.decision?.advice);
  const versions = new Set(reports.map(({ report }) => report.methodology_version));
  const platforms = new Set(reports.map(({ report }) => report.platform));
  const notes = [
    ...close.map(({ report }) => `@${report.handle} and the account before it cannot be told apart by the score: their ranges overlap.`),
    versions.size > 1 ? "The reports are of different methodologies: their scores cannot be compared." : null,
    platforms.size > 1 ? "The accounts are on different platforms: compare scores, not counts." : null,
  ].filter(Boolean);
  const save = el("button", { type: "button", class: "quiet" }, "Save as CSV");
  save.addEventListener("click", () => download("comparison.csv", "text/csv", csv(listTable(reports.map(({ id, report }) => ({ id, report, name: `@${report.handle}`, platform: report.platform, state: "ready", percent: 100 }))))));
  document.title = `${simulated ? "Simulated comparison" : "Comparison"} of ${reports.length} accounts`;
  $("report").className = simulated ? "stack is-simulated" : "stack";
  $("report").replaceChildren(...[
    banners([...new Set(reports.flatMap(({ report }) => (report.warning_banners ?? []).filter((text) => text.startsWith("SIMULATED"))))]),
    el("section", { class: "card stack", id: "comparison", "aria-labelledby": "report-title" },
      el("h1", { id: "report-title", tabindex: "-1" }, `${reports.length} accounts, the one to look at first on the left`),
      notes.length ? el("ul", { class: "limits small soft", id: "notes" }, notes.map((note) => el("li", {}, visible(note)))) : null,
      el("div", { class: "row no-print" }, save),
      el("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": "Side by side" },
        el("table", { class: "compared" },
          el("thead", {}, el("tr", {}, el("td", {}), reports.map(({ id, report }) =>
            el("th", { scope: "col" }, el("a", { href: `#job=${id}` }, foreign(`@${report.handle}`)), el("br", {}), el("span", { class: "soft small" }, platformName(report.platform)))))),
          el("tbody", {}, rows.map(([name, of]) => el("tr", {}, el("th", { scope: "row" }, name), reports.map((one) => el("td", {}, of(one))))))))),
  ].filter(Boolean));
  announce("The comparison is ready.");
  $("report-title").focus({ preventScroll: true });
}
