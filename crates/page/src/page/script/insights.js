// What stands beside the scores, as pictures: none of it is part of one.

const INSIGHTS = [
  ["activity", "Activity"], ["reach", "Reach of a post"], ["sponsorship", "Advertising"], ["languages", "Languages"],
  ["growth", "Growth"], ["topics", "Topics"], ["posts", "Best and weakest posts"],
];

/** What a reader looks for and no formula scores; each says what it rests on, or why it is unknown. */
function insights(report, vault) {
  const found = report.insights;
  const there = INSIGHTS.filter(([key]) => found[key]);
  const drawn = {
    activity: () => activityPicture(found.activity, report.timeline ?? []),
    reach: ({ median_views: at, quartiles }) => known(at) && quartiles
      ? [spread({ low: quartiles.low, high: quartiles.high, at, to: quartiles.high * 1.25, label: `Half of the posts have between ${number(quartiles.low)} and ${number(quartiles.high)} views, the median has ${number(at)}` }),
        el("p", { class: "row spread small number", "aria-hidden": "true" }, el("span", {}, `0`), el("span", {}, `${compact(quartiles.low)} to ${compact(quartiles.high)}, median ${compact(at)}`))]
      : null,
    sponsorship: advertisingPicture,
    languages: ({ captions, comments }) => [["Captions", captions], ["Comments", comments]].filter(([, rows]) => rows?.length).map(([name, rows]) => [
      el("h4", { class: "small" }, name),
      bars(rows.slice(0, 5).map(({ language, share }) => ({ name: foreign(language), value: share, text: percent(share) })), { most: 1 })]),
    growth: (growth) => growthPicture(growth, report.profile_metrics ?? []),
    topics: ({ hashtags, mentions, words: said }) => {
      const rows = [["#", hashtags], ["@", mentions], ["", said]].flatMap(([sign, named]) => (named ?? []).slice(0, 4).map(({ name, posts }) =>
        ({ name: foreign(`${sign}${name}`), value: posts, text: plural(posts, "post", "posts") })));
      return rows.length ? bars(rows) : null;
    },
    posts: (posts) => [rankedPicture(posts, vault), formats(posts.by_format)],
  };
  return part("Beside the scores",
    el("p", { class: "soft small" }, "Nothing here is part of a score."),
    el("div", { class: "insights" }, there.map(([key, name]) =>
      el("div", { "data-insight": key },
        el("h3", {}, name),
        drawn[key](found[key]),
        el("p", { class: "small soft" }, foreign(sentence(found[key].explanation || "not known")), ".",
          found[key].evidence_links?.length ? [" Rests on ", cited(found[key].evidence_links, vault), "."] : null)))));
}

/** Posts for each of the last twelve weeks, and whether reactions rise or fall. */
function activityPicture({ engagement_trend: trend }, timeline) {
  const moments = timeline.map(({ timestamp }) => moment(timestamp)?.getTime()).filter(known);
  const last = Math.max(...moments);
  const weeks = Array.from({ length: 12 }, (_, ago) => moments.filter((at) => Math.floor((last - at) / WEEK) === 11 - ago).length);
  return [
    moments.length > 1 ? [columns(weeks, `Posts in each of the twelve weeks up to the last post: ${weeks.join(", ")}`),
      el("p", { class: "row spread small soft", "aria-hidden": "true" }, el("span", {}, "12 weeks before"), el("span", {}, `most: ${plural(Math.max(...weeks), "post", "posts")} a week`), el("span", {}, "last post"))] : null,
    known(trend) ? bars([
      { name: "Reactions, older posts", value: 1, text: "1.00 ×", hollow: true },
      { name: "Reactions, newer posts", value: 1 + trend, text: `${(1 + trend).toFixed(2)} ×` },
    ]) : null,
  ];
}

/** How much is advertising, and how it does against the other posts. */
function advertisingPicture({ share, interval, reactions_against_others: against }) {
  return [
    known(share) ? [spread({ low: interval?.low ?? share, high: interval?.high ?? share, at: share, to: 1, label: `${percent(share)} of the posts are advertising${interval ? `; between ${percent(interval.low)} and ${percent(interval.high)}` : ""}` }),
      el("p", { class: "row spread small number", "aria-hidden": "true" }, el("span", {}, "no post"), el("span", {}, `${percent(share)} advertising`), el("span", {}, "every post"))] : null,
    known(against) ? bars([
      { name: "Reactions, other posts", value: 1, text: "1.00 ×", hollow: true },
      { name: "Reactions, advertising", value: against, text: `${against.toFixed(2)} ×` },
    ]) : null,
  ];
}

function growthPicture({ followers, since }, metrics) {
  const now = metrics.find(({ name }) => name === "followers")?.value;
  if (!known(followers) || !known(now)) return null;
  return bars([
    { name: since ? `Followers, ${day(moment(since))}` : "Followers before", value: now - followers, text: compact(now - followers), hollow: true },
    { name: "Followers now", value: now, text: compact(now) },
  ]);
}

/** Posts against the account's median, each leading to its words. */
function rankedPicture({ best, weakest }, vault) {
  const rows = [["Best", best], ["Weakest", weakest]].flatMap(([kind, posts]) => (posts ?? []).map((post) => ({ kind, post })));
  if (!rows.length) return null;
  return [bars(rows.map(({ kind, post }) => ({
    name: [el("span", { class: "soft" }, `${kind} `), vault.link(post.evidence_id, {}, ...vault.named(post.evidence_id))],
    value: post.against_median, text: `${number(post.against_median, 2)} ×`, hollow: kind === "Weakest",
  })), { mark: 1 }), el("p", { class: "small soft" }, "The line is the account's median post.")];
}

const formats = (rows) => rows?.length
  ? el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Medians by format" }, el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Format"), ["Posts", "Likes", "Comments", "Views"].map((name) => el("th", { scope: "col", class: "number" }, name)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, el("td", {}, row.format ? words(row.format) : "Not said"),
        [row.posts, row.median_likes, row.median_comments, row.median_views].map((value) =>
          el("td", { class: "number" }, known(value) ? number(value) : "N/A")))))))
  : null;
