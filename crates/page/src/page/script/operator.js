// The operator's view: what waits, what runs, what is paused, and why jobs fail.

const operatorKey = keyNamed("report-pipeline.operator-key");
const asOperator = (path, options = {}) => ask(`api/operator/${path}`, { ...options, headers: operatorKey.header() });

/** How often the view is read anew, in milliseconds, while somebody sees it. */
const LOOK = 3000;

VIEWS.operator = () => {
  const stage = current.view;
  const stopped = new AbortController();
  current.leave = () => stopped.abort();
  const parts = { tiles: el("dl", { class: "tiles" }), platforms: el("div", {}), running: el("div", {}), waiting: el("div", {}), failed: el("div", {}), reasons: el("div", {}) };
  const said = el("span", { class: "soft small", role: "status" });
  const section = (heading, ...children) => el("section", { class: "stack tight", "aria-label": heading }, el("h2", {}, heading), children);
  $("report").className = "stack";
  $("report").replaceChildren(el("section", { class: "card stack", id: "operator", "aria-labelledby": "report-title" },
    el("div", { class: "row spread" }, el("h1", { id: "report-title", tabindex: "-1" }, "The service"), said),
    parts.tiles,
    section("Platforms", parts.platforms),
    section("Running", parts.running),
    section("Waiting", parts.waiting),
    section("Failed", parts.reasons, parts.failed)));
  document.title = "Operator · Account reports";

  const act = async (path, told) => {
    try {
      await asOperator(path, { method: "POST" });
      said.textContent = told;
      await read();
    } catch (trouble) {
      showTrouble(trouble);
    }
  };
  const button = (id, text, name, path, told) => {
    const it = el("button", { type: "button", class: "quiet", "aria-label": name, "data-act": id }, text);
    it.addEventListener("click", () => act(path, told));
    return it;
  };
  const table = (name, heads, rows) => rows.length
    ? el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name }, el("table", { class: "listed" },
        el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
        el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell) => el("td", {}, cell)))))))
    : el("p", { class: "soft small" }, "None.");
  const account = (job) => [el("strong", {}, foreign(`@${job.handle}`)), ` on ${platformName(job.platform)} `, job.scope ? el("span", { class: "soft small" }, foreign(job.scope)) : null];
  const cancel = (job) => (job.cancel_requested ? "being cancelled"
    : button(`cancel-${job.job_id}`, "Cancel", `Cancel ${visible(job.handle)}`, `cancel/${job.job_id}`, `@${visible(job.handle)} is being cancelled.`));

  const draw = (view) => {
    // What has the focus is drawn anew: the one in its place takes it.
    const focused = document.activeElement?.dataset?.act;
    const tile = (name, value) => el("div", { class: "tile" }, el("dt", {}, name), el("dd", { class: "number" }, value));
    parts.tiles.replaceChildren(
      tile("Waiting", number(view.jobs.pending)), tile("Running", number(view.jobs.processing)),
      tile("Done", number(view.jobs.completed)), tile("Failed", number(view.jobs.failed)),
      tile("Longest wait", known(view.oldest_ready_seconds) ? duration(view.oldest_ready_seconds * 1000) : "none"),
      tile("Undelivered callbacks", number(view.undelivered)));
    parts.platforms.replaceChildren(table("Platforms", ["Platform", "Waiting", "Running", "Pause"], view.platforms.map((one) => [
      platformName(one.platform), number(one.pending), number(one.processing),
      known(one.paused_for_seconds)
        ? [`for ${duration(one.paused_for_seconds * 1000)} more `, button(`unpause-${one.platform}`, "End the pause", `End the pause of ${platformName(one.platform)}`, `unpause/${encodeURIComponent(one.platform)}`, `${platformName(one.platform)} is no longer paused.`)]
        : "none"])));
    parts.running.replaceChildren(table("Running", ["Account", "Phase", "Attempt", "Since", ""], view.running.map((job) => [
      account(job), `${job.phase}, ${job.percent}\u00a0%`, String(job.attempt ?? ""), time(job.created_at), cancel(job)])));
    parts.waiting.replaceChildren(table("Waiting", ["Account", "Since", "Next attempt", ""], view.waiting.map((job) => [
      account(job), time(job.created_at),
      job.next_attempt_at ? [time(job.next_attempt_at), job.error_message ? [": ", foreign(job.error_message)] : null] : "when a worker is free", cancel(job)])));
    const reasons = new Map();
    for (const { error_message: why = "no reason given" } of view.failed) reasons.set(why, (reasons.get(why) ?? 0) + 1);
    parts.reasons.replaceChildren(...(reasons.size ? [bars([...reasons].sort((a, b) => b[1] - a[1]).slice(0, 8)
      .map(([reason, jobs]) => ({ name: foreign(reason), value: jobs, text: plural(jobs, "job", "jobs") })))] : []));
    parts.failed.replaceChildren(table("Failed", ["Account", "In phase", "Why", "When"], view.failed.map((job) => [
      account(job), job.phase, foreign(job.error_message ?? "no reason given"), time(job.completed_at)])));
    if (focused) [...$("operator").querySelectorAll("[data-act]")].find((it) => it.dataset.act === focused)?.focus();
  };

  const read = async () => draw(json(await (await asOperator("view", { signal: stopped.signal })).text()));
  (async () => {
    let isAway = false;
    while (!stopped.signal.aborted && stage === current.view) {
      try {
        if (!document.hidden) await read();
        if (isAway) showTrouble(null);
        isAway = false;
        $("report").hidden = false;
      } catch (trouble) {
        if (stopped.signal.aborted) return;
        if (trouble.status === 401 && wantKey(() => { current.view = undefined; open(); }, operatorKey, "The operator's key")) {
          $("report").hidden = true;
          return;
        }
        showTrouble(trouble);
        if (!trouble.passing) return;
        isAway = true;
      }
      await pause(LOOK, stopped.signal);
    }
  })();
};
