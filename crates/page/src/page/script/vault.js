// The evidence.

/** The evidence: filtered, in portions, each piece with an address of its own. */
class Vault {
  #entries; #job; #citing = new Map(); #items = new Map(); #list; #count; #more; #kind; #pillar; #words; #shown = 0;
  static portion = 20;

  constructor(report, pillars, job) {
    this.#entries = report.evidence_vault ?? [];
    this.#job = job;
    for (const [key, name] of pillars) {
      for (const signal of report[key].signals) {
        for (const id of signal.evidence_links) {
          if (!this.#citing.has(id)) this.#citing.set(id, []);
          this.#citing.get(id).push({ key, name, signal });
        }
      }
    }
  }

  has = (evidence) => this.#entries.some((entry) => entry.evidence_id === evidence);

  /** A link to a piece of evidence; it leads there also where the address names that piece already. */
  link(evidence, attributes, ...content) {
    const link = el("a", { ...attributes, href: this.address(evidence) }, ...content);
    link.addEventListener("click", (event) => {
      if (link.hash !== location.hash) return;
      event.preventDefault();
      this.reveal(evidence);
    });
    return link;
  }

  #inside = (more) => `#${isJobId(this.#job) ? new URLSearchParams({ job: this.#job, ...more }) : `${this.#job}&${new URLSearchParams(more)}`}`;
  address = (evidence) => this.#inside({ evidence });
  partAddress = (part) => this.#inside({ part });
  signalId = (pillar, name) => `signal-${pillar}-${name}`;
  flagId = (flag) => `flag-${flag}`;

  #entry = (evidence) => this.#entries.find((entry) => entry.evidence_id === evidence);

  /** The name of a link to a piece of evidence: what it shows. */
  named(evidence) {
    const entry = this.#entry(evidence);
    if (!entry) return ["evidence"];
    const text = visible(entry.excerpt).replace(/\s+/g, " ").trim();
    const short = [...text].length > 36 ? `${[...text].slice(0, 35).join("")}…` : text;
    const kind = words(entry.type).toLowerCase();
    if (!short) return [`${kind} without words`];
    return [`${kind} `, el("bdi", { class: "foreign", dir: "auto" }, `“${short}”`)];
  }

  /** A piece of evidence where it is needed: its words, its source, and the way to it in the vault. */
  quote(evidence) {
    const entry = this.#entry(evidence);
    return el("li", {},
      el("blockquote", { dir: "auto" }, visible(entry.excerpt)),
      el("p", { class: "row small soft" },
        el("span", {}, words(entry.type), entry.timestamp ? [" · ", time(entry.timestamp)] : null),
        this.#source(entry),
        el("span", { class: "cited" }, this.link(evidence, {}, "Among all evidence: ", ...this.named(evidence)))));
  }

  #source(entry) {
    const source = webAddress(entry.source_url);
    return source ? el("a", { href: source, target: "_blank", rel: "noopener noreferrer nofollow" }, `Source: ${new URL(source).host}`) : null;
  }

  section() {
    const option = ([value, text]) => el("option", { value }, text);
    const kinds = [...new Set(this.#entries.map((entry) => entry.type))].map((kind) => [kind, `${words(kind)}s`]);
    this.#kind = el("select", { id: "evidence-kind" }, [["", "Everything"], ...kinds].map(option));
    this.#pillar = el("select", { id: "evidence-pillar" }, [["", "All pillars"], ["flagged", "Behind a flag"], ...PILLARS].map(option));
    this.#words = el("input", { id: "evidence-words", type: "search", placeholder: "Words" });
    this.#count = el("p", { class: "soft small", role: "status", id: "evidence-count" });
    this.#list = el("ul", { class: "evidence stack", id: "evidence" });
    this.#more = el("button", { type: "button", class: "quiet more no-print" }, "Show more");
    this.#more.addEventListener("click", () => {
      const shown = this.#list.children.length;
      this.#extend();
      this.#list.children[shown]?.focus();
    });
    for (const filter of [this.#kind, this.#pillar, this.#words]) filter.addEventListener("input", () => this.#filter());
    const field = (text, control) => el("div", { class: "field" }, el("label", { for: control.id }, text), control);
    this.#filter();
    const box = part("All evidence",
      el("div", { class: "filters no-print" }, field("Kind", this.#kind), field("Cited by", this.#pillar), field("Search", this.#words)),
      this.#count, this.#list, this.#more);
    box.id = "evidence-part";
    return box;
  }

  #matching() {
    const [kind, pillar, text] = [this.#kind.value, this.#pillar.value, this.#words.value.toLowerCase()];
    return this.#entries.filter((entry) => {
      const citing = this.#citing.get(entry.evidence_id) ?? [];
      return (!kind || entry.type === kind)
        && (!pillar || citing.some(({ key, signal }) => (pillar === "flagged" ? signal.flag : key === pillar)))
        && (!text || entry.excerpt.toLowerCase().includes(text));
    });
  }

  #filter() {
    this.#items.clear();
    this.#shown = 0;
    this.#list.replaceChildren();
    this.#extend();
  }

  #extend(atLeast = this.#shown + Vault.portion) {
    const matching = this.#matching();
    for (const entry of matching.slice(this.#shown, atLeast)) {
      const item = this.#item(entry);
      this.#items.set(entry.evidence_id, item);
      this.#list.append(item);
    }
    this.#shown = Math.min(atLeast, matching.length);
    this.#count.textContent = matching.length
      ? `${number(this.#shown)} of ${plural(matching.length, "piece", "pieces")} of evidence`
      : this.#entries.length ? "Nothing matches." : "No signal cites any.";
    this.#more.hidden = this.#shown >= matching.length;
  }

  #item(entry) {
    const citing = this.#citing.get(entry.evidence_id) ?? [];
    return el("li", { tabindex: "-1", "data-evidence": entry.evidence_id },
      el("div", { class: "row spread small" },
        el("span", { class: "badge" }, words(entry.type)),
        el("span", { class: "soft" }, entry.timestamp ? time(entry.timestamp) : null)),
      el("blockquote", { dir: "auto" }, visible(entry.excerpt)),
      el("div", { class: "row small" },
        citing.map(({ key, name, signal }) => {
          const to = signal.flag ? this.flagId(signal.flag) : this.signalId(key, signal.name);
          const back = el("a", { href: this.address(entry.evidence_id) }, `${signal.flag ? `Flag: ${words(signal.flag).toLowerCase()}` : words(signal.name)} (${name})`);
          back.addEventListener("click", (event) => {
            event.preventDefault();
            this.#mark($(to));
          });
          return back;
        }),
        this.#source(entry)));
  }

  /** Brings something into sight, with the focus and a mark, whatever it was hidden in. */
  #mark(node) {
    for (const other of $("report").querySelectorAll(".found")) other.classList.remove("found");
    for (let at = node.parentElement; at; at = at.parentElement) if (at.matches("details")) at.open = true;
    node.classList.add("found");
    node.tabIndex = -1;
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
  }

  showAll() {
    this.#extend(Infinity);
  }

  /** Brings a piece of evidence into sight, whatever the filters say. */
  reveal(id) {
    const at = this.#entries.findIndex((entry) => entry.evidence_id === id);
    if (at < 0) return;
    if (!this.#items.has(id)) {
      for (const filter of [this.#kind, this.#pillar, this.#words]) filter.value = "";
      this.#filter();
      if (at >= this.#shown) this.#extend(at + 1);
    }
    this.#mark(this.#items.get(id));
  }
}

/** An address that may be followed, or `null`. */
function webAddress(text) {
  try {
    const address = new URL(text);
    // A user's name in front of the host is there to deceive.
    const isPlain = ["http:", "https:"].includes(address.protocol) && !address.username && !address.password;
    return isPlain ? address.href : null;
  } catch {
    return null;
  }
}
