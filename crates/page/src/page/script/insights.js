// What stands beside the scores.

const INSIGHTS = [
  ["activity", "Activity"], ["reach", "Reach of a post"], ["sponsorship", "Advertising"], ["languages", "Languages"],
  ["topics", "Topics"], ["growth", "Growth"], ["posts", "Best and weakest posts"],
];

/** What a reader looks for and no formula scores; each says what it rests on, or why it is unknown. */
function insights(found, vault) {
  const there = INSIGHTS.filter(([key]) => found[key]);
  const several = (names, sign) => (names ?? []).slice(0, 8).map(({ name, posts }) => `${sign}${visible(name)} (${number(posts)})`).join(", ");
  const more = {
    topics: ({ hashtags, mentions, words: said }) => [["Hashtags", several(hashtags, "#")], ["Named", several(mentions, "@")], ["Words", several(said, "")]]
      .filter(([, names]) => names)
      .map(([name, names]) => el("p", { class: "small soft" }, `${name}: `, foreign(names))),
    posts: (posts) => [ranked("Best", posts.best, vault), ranked("Weakest", posts.weakest, vault), formats(posts.by_format)],
  };
  return part("Beside the scores",
    el("p", { class: "soft small" }, "Nothing here is part of a score."),
    el("div", { class: "insights" }, there.map(([key, name]) =>
      el("div", { "data-insight": key },
        el("h3", {}, name),
        el("p", { class: "small" }, foreign(sentence(found[key].explanation || "not known")), ".",
          found[key].evidence_links?.length ? el("span", { class: "soft" }, " ", cited(found[key].evidence_links, vault)) : null),
        more[key]?.(found[key])))));
}

/** Posts against the account's median, each leading to its words. */
const ranked = (heading, posts, vault) => posts?.length
  ? el("p", { class: "small" }, `${heading}: `, posts.map((post, at) => [
      at ? ", " : null,
      vault.link(post.evidence_id, {}, `${number(post.against_median)} × the median${post.format ? ` (${words(post.format).toLowerCase()})` : ""}`)]))
  : null;

const formats = (rows) => rows?.length
  ? el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Medians by format" }, el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Format"), ["Posts", "Likes", "Comments", "Views"].map((name) => el("th", { scope: "col", class: "number" }, name)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, el("td", {}, row.format ? words(row.format) : "Not said"),
        [row.posts, row.median_likes, row.median_comments, row.median_views].map((value) =>
          el("td", { class: "number" }, known(value) ? number(value) : "N/A")))))))
  : null;
