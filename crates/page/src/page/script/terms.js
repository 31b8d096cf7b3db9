// Terms, explained where they stand.

const METHODOLOGY = "https://github.com/report-pipeline/report-pipeline/blob/main/crates/social/docs/methodology.md";

/** Name, meaning, and where the methodology says more. */
const TERMS = {
  confidence: ["Confidence", "How much of what would be needed was measured, from 0 to 100 %. It says nothing about good or bad: a poor score can be sure.", "from-signals-to-a-pillar"],
  reliance: ["Reliance", "Robust: most of the report rests on enough data. Partial: some of it does. Fragile: too little, or the data is not real.", "the-decision"],
  completeness: ["Completeness", "The worst of all that went into the report: full, or what was missing, such as the comments.", "rules-that-hold-everywhere"],
  methodology: ["Methodology", "The version of the formulas. Compare only reports of the same one.", "rules-that-hold-everywhere"],
};

/** What each signal asks, in a sentence. */
const SIGNALS = {
  engagement_rate: "How many likes and comments a usual post gets for each follower (on YouTube for each view).",
  engagement_plausibility: "Whether that rate is one that accounts of this size have at all: far above smells of bought likes, far below of bought followers.",
  days_since_last_post: "Whether the account is still active.",
  spam_share: "How many comments look like advertising, begging or fraud.",
  near_duplicate_share: "How many comments are near-copies of others, by several people.",
  generic_comment_share: "How many comments say nothing: emoji, or one or two words.",
  lexical_diversity: "Whether the comments use many different words, as people do, or the same few.",
  commenter_uniqueness: "Whether different people write below a post, or a few again and again.",
  comment_burst_share: "Whether comments come in sudden bursts, as bought ones do.",
  pod_comment_share: "Whether a circle of people comments on nearly everything, as agreed groups do.",
  like_comment_outlier_share: "Whether likes and comments fit together from post to post.",
  likes_spread: "Whether likes differ from post to post, as real ones do.",
  caption_risk: "How many of the account's own texts a brand would not want to stand beside.",
  worst_caption: "The worst of these texts.",
  profile_text_risk: "The same, for the account's description.",
  comment_risk: "The same, for what others write below its posts.",
  following_per_follower: "Whether it follows very many for how many follow it, as fake profiles do.",
  following_per_post: "Whether it follows very many for how little it posts.",
  username_digits: "Whether the name is one that a machine might make.",
  posting_hour_entropy: "Whether it posts around the clock, as machines do.",
  posting_burstiness: "Whether the gaps between posts look like a person's.",
};

const elsewhere = (href, ...content) => el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...content);

function term(key) {
  const [name, meaning, where] = TERMS[key];
  return el("details", { class: "term" }, el("summary", {}, name),
    el("p", { class: "small" }, meaning, " ", elsewhere(`${METHODOLOGY}#${where}`, `Methodology: ${name.toLowerCase()}`)));
}

/** A signal's name, which opens to what it asks. */
const explained = (name, value, meaning) =>
  el("details", { class: "term name" },
    el("summary", {}, name, el("span", { class: "soft number" }, value)),
    el("p", { class: "small" }, meaning, " ", elsewhere(METHODOLOGY, `Methodology: ${name.toLowerCase()}`)));
