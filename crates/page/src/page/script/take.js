// What one takes along.

const limitations = (texts) => texts.length
  ? part("What no report of this kind can tell", el("ul", { class: "limits small soft" }, texts.map((text) => el("li", {}, foreign(text)))))
  : null;

function raw(report, id, open = false) {
  const text = JSON.stringify(report, null, 2);
  const pre = el("pre", {});
  const said = el("span", { class: "small soft", role: "status" });
  const copy = el("button", { type: "button", class: "quiet" }, "Copy");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied.";
    } catch {
      // Browsers give the clipboard to pages from https and from this machine only.
      said.textContent = "This browser does not let the page copy: use Download.";
    }
  });
  const view = el("details", { open }, el("summary", {}, "Show the report as it came"),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "The report as JSON" }, pre));
  const write = () => { pre.textContent ||= visible(text); };
  view.addEventListener("toggle", write);
  if (open) write();
  return part("JSON", el("div", { class: "row no-print" },
    el("a", { class: "button quiet", href: `api/report/${id}`, download: `report-${id}.json` }, "Download"), copy, said), view);
}
