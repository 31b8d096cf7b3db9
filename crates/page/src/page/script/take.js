// What one takes along: the address, a print, a file that stands alone, tables, the JSON.

/** Gives the reader a file. */
function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Rows as comma-separated values (RFC 4180), of which no cell is taken for a formula. */
const csv = (rows) => rows.map((row) => row.map((cell) => {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}).join(",") + "\r\n").join("");

const postsTable = (report) => [["published", "likes", "comments", "views"],
  ...(report.timeline ?? []).map((post) => [post.timestamp, post.like_count, post.comment_count, post.view_count])];

const signalsTable = (report) => [["pillar", "signal", "value", "score", "weight", "effective_weight", "ceiling", "flag", "sample_size", "explanation", "evidence"],
  ...PILLARS.flatMap(([key]) => (report[key]?.signals ?? []).map((signal) =>
    [key, signal.name, signal.value, signal.score, signal.weight, signal.effective_weight, signal.ceiling, signal.flag, signal.sample_size, signal.explanation, (signal.evidence_links ?? []).join(" ")]))];

const fileName = (report) => `report-${String(report.platform ?? "").replace(/[^\w-]/g, "")}-${String(report.handle ?? "").replace(/[^\w.-]/g, "_")}`;

function takeAlong(report, id) {
  const said = el("span", { class: "small soft", role: "status" });
  const button = (text, act) => {
    const it = el("button", { type: "button", class: "quiet" }, text);
    it.addEventListener("click", act);
    return it;
  };
  const name = fileName(report);
  return el("section", { class: "row no-print take", "aria-label": "Take it along" },
    button("Copy link", async () => {
      const clean = new URL(location.href);
      clean.hash = isJobId(id) ? `job=${id}` : id;
      said.textContent = await copied(clean.href) ? "The address is copied." : "This browser does not let the page copy: take the address from its bar.";
    }),
    button("Print", () => print()),
    button("Save as a page", () => download(`${name}.html`, "text/html", standalone())),
    button("Posts as CSV", () => download(`${name}-posts.csv`, "text/csv", csv(postsTable(report)))),
    button("Signals as CSV", () => download(`${name}-signals.csv`, "text/csv", csv(signalsTable(report)))),
    said);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // Browsers give the clipboard to pages from https and from this machine only.
  }
}

/** The report as a page that needs nothing: no script, nothing from elsewhere. */
function standalone() {
  current.unfold?.();
  const body = $("report").cloneNode(true);
  for (const part of body.querySelectorAll(".no-print, button")) part.remove();
  for (const item of body.querySelectorAll("[data-evidence]")) item.id = `evidence-${item.dataset.evidence}`;
  for (const link of body.querySelectorAll('a[href^="#"]')) {
    const address = new URLSearchParams(link.getAttribute("href").slice(1));
    const to = address.has("evidence") ? `evidence-${address.get("evidence")}` : address.has("part") ? `${address.get("part")}-part` : null;
    if (to && [...body.querySelectorAll("[id]")].some((node) => node.id === to)) link.setAttribute("href", `#${encodeURIComponent(to)}`);
    else link.replaceWith(...link.childNodes);
  }
  const page = document.implementation.createHTMLDocument(document.title);
  page.documentElement.lang = "en";
  const head = (tag, attributes, ...children) => page.head.append(page.importNode(el(tag, attributes, ...children), true));
  head("meta", { charset: "utf-8" });
  head("meta", { "http-equiv": "Content-Security-Policy", content: "default-src 'none'; style-src 'unsafe-inline'; img-src data:" });
  head("meta", { name: "viewport", content: "width=device-width, initial-scale=1" });
  head("meta", { name: "color-scheme", content: "light dark" });
  page.head.append(page.importNode(document.querySelector("head style"), true));
  const main = page.createElement("main");
  main.className = "wrap";
  main.append(page.importNode(body, true));
  page.body.append(main);
  return `<!doctype html>\n${page.documentElement.outerHTML}`;
}

function raw(report, id, open = false) {
  const text = JSON.stringify(report, null, 2);
  const pre = el("pre", {});
  const said = el("span", { class: "small soft", role: "status" });
  const copy = el("button", { type: "button", class: "quiet" }, "Copy");
  copy.addEventListener("click", async () => {
    said.textContent = await copied(text) ? "Copied." : "This browser does not let the page copy: use Download.";
  });
  const view = el("details", { open, class: "no-print" }, el("summary", {}, "Show the report as it came"),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "The report as JSON" }, pre));
  const write = () => { pre.textContent ||= visible(text); };
  view.addEventListener("toggle", write);
  if (open) write();
  const file = `report-${id}.json`;
  const saved = el("a", { class: "button quiet", href: isJobId(id) ? `api/report/${id}` : `#${id}`, download: file }, "Download");
  saved.addEventListener("click", (event) => {
    if (isJobId(id) && !key.read()) return; // The browser fetches it itself, byte for byte; it has no key.
    event.preventDefault();
    download(file, "application/json", text);
  });
  const section = part("JSON", el("div", { class: "row no-print" }, saved, copy, said), view);
  section.classList.add("no-print");
  return section;
}
