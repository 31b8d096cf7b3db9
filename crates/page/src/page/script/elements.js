// Building the page: elements, and the words and numbers in them.
//
// Everything that comes from the server is foreign text. It reaches the page as text nodes and
// attribute values only, never as HTML: the page's policy forbids that, too.

const PLATFORMS = { instagram: "Instagram", tiktok: "TikTok", youtube: "YouTube" };
const PHASES = ["Scraping", "Analysis", "Finalizing"];
const PILLARS = [
  ["true_engagement", "True engagement", "Do followers really react?", 40],
  ["audience_authenticity", "Audience authenticity", "Are those who react genuine?", 30],
  ["brand_safety", "Brand safety", "Can a brand be seen beside it?", 20],
  ["account_authenticity", "Account authenticity", "Is the account what it seems?", 10],
];
const DIRECTIONS = {
  higher_is_better: ["↑", "higher is better"],
  lower_is_better: ["↓", "lower is better"],
  range_is_best: ["↔", "best in a range"],
};

const $ = (id) => document.getElementById(id);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}
const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/** Foreign words: in a direction of their own, with invisible marks of direction made visible. */
const foreign = (text) => el("bdi", { class: "foreign", dir: "auto" }, visible(text));
const visible = (text) =>
  String(text ?? "").replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (mark) =>
    `[U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);

const sentence = (text) => visible(text).replace(/^./u, (first) => first.toUpperCase()).replaceAll(" %", "\u00a0%");
/** A stable name, such as `median_likes`, for people. */
const words = (name) => sentence(String(name).replaceAll("_", " "));
const known = (value) => typeof value === "number" && Number.isFinite(value);
const number = (value, digits = 1) => value.toLocaleString("en", { maximumFractionDigits: digits });
const compact = (value) =>
  value < 10_000 ? number(value) : value.toLocaleString("en", { notation: "compact", maximumFractionDigits: 1 });
const percent = (share) => `${number(share * 100, share < .01 ? 2 : 1)}\u00a0%`;
const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;
const platformName = (platform) => PLATFORMS[platform] ?? visible(platform ?? "");
const moment = (text) => {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
};
const when = (text) => moment(text)?.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" }) ?? "unknown";
const day = (date) => date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
const time = (text) => el("time", { datetime: text }, when(text));

const ICONS = {
  warning: "M10 2.5 18.5 17h-17zM10 8v4.2M10 14.6v.2",
  flag: "M4 18V3.2M4 4h10l-2.2 3.5L14 11H4",
};
const icon = (name, size = 16) =>
  svg("svg", { viewBox: "0 0 20 20", width: size, height: size, "aria-hidden": "true" },
    svg("path", { d: ICONS[name], fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linejoin": "round", "stroke-linecap": "round" }));
