// Posts over time.

const WEEK = 7 * 86_400_000;

function timeline(points) {
  const posts = points
    .map((point) => ({ ...point, at: moment(point.timestamp)?.getTime() }))
    .filter((post) => post.at !== undefined);
  const holder = el("div", {});
  const count = (value) => el("td", { class: "number" }, known(value) ? number(value) : "N/A");
  current.draw = () => holder.isConnected && holder.replaceChildren(chart(posts, Math.max(280, holder.clientWidth)));
  return part("Posting and engagement over time",
    el("p", { class: "row small soft" },
      el("span", {}, el("span", { class: "key" }), "likes and comments of one post"),
      posts.some((post) => !known(post.like_count) || !known(post.comment_count)) ? el("span", {}, el("span", { class: "key unknown-key" }), "likes or comments unknown") : null,
      el("span", {}, el("span", { class: "key bar-key" }), "posts in a week")),
    holder,
    el("details", {}, el("summary", { class: "small" }, "The same as a table"),
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Posts as a table" }, el("table", {},
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Published"), ["Likes", "Comments", "Views"].map((name) => el("th", { scope: "col", class: "number" }, name)))),
        el("tbody", {}, posts.toReversed().map((post) => el("tr", {}, el("td", {}, time(post.timestamp)), count(post.like_count), count(post.comment_count), count(post.view_count))))))));
}

/** Above, a pin for each post; below, a bar for each week; both on one axis of time. */
function chart(posts, width) {
  const [left, right, top, floor, weeksTop, bottom] = [52, 14, 14, 170, 204, 258];
  // Half of the sum is not the sum.
  const reactions = (post) => (known(post.like_count) && known(post.comment_count) ? post.like_count + post.comment_count : null);
  const first = Math.min(...posts.map((post) => post.at));
  const last = Math.max(...posts.map((post) => post.at), first + 1);
  const highest = Math.max(0, ...posts.map((post) => reactions(post) ?? 0));
  const most = Math.max(2, 2 * Math.ceil(highest / 2)); // So that half of it is a whole number.
  const x = (at) => left + 6 + ((width - left - right - 12) * (at - first)) / (last - first);
  const y = (value) => floor - ((floor - top) * value) / most;
  const weeks = new Map();
  for (const post of posts) {
    const week = Math.floor((post.at - first) / WEEK);
    weeks.set(week, (weeks.get(week) ?? 0) + 1);
  }
  const busiest = Math.max(...weeks.values());
  const unknown = posts.filter((post) => reactions(post) === null).length;
  const spoken = `${plural(posts.length, "post", "posts")} from ${day(new Date(first))} to ${day(new Date(last))}, ${unknown === posts.length ? "likes and comments unknown" : `with up to ${number(highest)} likes and comments`}; at most ${busiest} in a week${unknown && unknown < posts.length ? `; of ${unknown} the likes or comments are unknown` : ""}. The table below has every number.`;
  const step = Math.max(4, x(first + WEEK) - x(first));
  const label = (text, at, anchor, height) => svg("text", { x: at, y: height, "text-anchor": anchor }, text);
  return svg("svg", { class: "chart", viewBox: `0 0 ${width} 290`, preserveAspectRatio: "xMinYMin meet", role: "img", "aria-label": spoken },
    [0, .5, 1].map((part) => [
      svg("line", { class: "axis", x1: left, x2: width - right, y1: y(most * part), y2: y(most * part) }),
      label(compact(most * part), left - 8, "end", y(most * part) + 4),
    ]),
    posts.map((post) => {
      const height = reactions(post);
      const tip = svg("title", {}, `${day(new Date(post.at))}: ${known(post.like_count) ? number(post.like_count) : "unknown"} likes, ${known(post.comment_count) ? number(post.comment_count) : "unknown"} comments`);
      if (height === null) return svg("circle", { class: "unknown", cx: x(post.at), cy: floor + 12, r: 4 }, tip);
      return svg("g", {}, tip,
        svg("line", { class: "stem", x1: x(post.at), x2: x(post.at), y1: floor, y2: y(height) }),
        svg("circle", { class: "likes", cx: x(post.at), cy: y(height), r: 4.5 }));
    }),
    [...weeks].map(([week, count]) => {
      const height = ((bottom - weeksTop) * count) / busiest;
      const from = x(first + week * WEEK);
      return svg("rect", { class: "weeks", x: from, y: bottom - height, width: Math.max(2, Math.min(step, width - right - from) - 2), height, rx: 2 },
        svg("title", {}, plural(count, "post", "posts")));
    }),
    svg("line", { class: "axis", x1: left, x2: width - right, y1: bottom, y2: bottom }),
    label(String(busiest), left - 8, "end", weeksTop + 9),
    label(day(new Date(first)), left, "start", 280),
    width > 420 && posts.length > 1 ? label(day(new Date((first + last) / 2)), (left + width - right) / 2, "middle", 280) : null,
    posts.length > 1 ? label(day(new Date(last)), width - right, "end", 280) : null);
}
addEventListener("resize", () => current.draw?.());
