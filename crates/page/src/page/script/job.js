// One job: from its submit to its report.

/** The job on the page. */
const current = { view: undefined, id: null, follower: null, status: null, reveal: null, unfold: null, draw: null, leave: null };

$("steps").append(...PHASES.map((phase, at) =>
  el("li", { "data-phase": phase }, el("span", { class: "dot", "aria-hidden": "true" }, String(at + 1)), el("span", {}, phase))));

/** What an address of the page's may name. Other parts add to it. */
const VIEWS = { job: openJob, example: openExample };

/** Shows what the page's address names: `#job=ID`, and with `&evidence=ID` or `&part=NAME` something in it. */
function open() {
  const address = new URLSearchParams(location.hash.slice(1));
  const kind = Object.keys(VIEWS).find((kind) => address.has(kind));
  if (location.hash && !kind && current.view !== undefined) return; // Not an address of ours.
  const view = kind ? `${kind}=${address.get(kind)}` : "";
  if (view !== current.view) {
    clearStage();
    current.view = view;
    document.documentElement.classList.toggle("at-work", Boolean(kind));
    if (kind) VIEWS[kind](address.get(kind));
    showRecent();
  }
  if (address.has("evidence")) current.reveal?.(address.get("evidence"));
  else if (address.has("part")) showPart(address.get("part"));
}

/** Takes away what was shown, and every error with it. */
function clearStage() {
  current.follower?.stop();
  current.leave?.();
  Object.assign(current, { id: null, follower: null, status: null, reveal: null, unfold: null, draw: null, leave: null });
  showTrouble(null);
  showFieldErrors({});
  fold(true);
  if ($("key-form")) $("key-form").hidden = true;
  for (const part of ["job", "outcome", "report"]) $(part).hidden = true;
  $("report").replaceChildren();
  document.title = "Account reports";
}

function openExample() {
  drawReport(json($("example-report").textContent), "example");
  $("report").hidden = false;
  current.draw?.();
  $("report-title").focus({ preventScroll: true });
}

function openJob(id) {
  current.id = id;
  if (!isJobId(id)) return lost(new Trouble("There is no such job", "The address is incomplete. Make the report again."));
  $("job").hidden = false;
  $("cancel").ariaDisabled = "false";
  $("job-title").replaceChildren(...title(id));
  const entry = memory.find(id);
  if (entry?.handle) fillForm(entry.handle, entry.platform);
  showStatus({ status: "pending", phase: "Scraping", percent: 0 });
  showConnection("opening");
  current.follower = new Follower(id, {
    status: (status) => id === current.id && showStatus(status),
    connection: (...how) => id === current.id && showConnection(...how),
    lost: (trouble) => id === current.id && lost(trouble),
  });
}

function title(id) {
  const entry = memory.find(id);
  return entry ? [foreign(`@${entry.handle}`), ` on ${platformName(entry.platform)}`] : [`Job ${id.slice(0, 8)}`];
}

function lost(trouble) {
  if (trouble.status === 401 && wantKey(() => { current.view = undefined; open(); })) return;
  $("job").hidden = true;
  fold(false);
  document.title = "No report";
  const entry = memory.find(current.id);
  const wasThere = Boolean(current.status?.created_at);
  if (trouble.status === 404 && trouble.problem?.type) memory.forget(current.id);
  if (trouble.status !== 404 || !wasThere) return showTrouble(trouble);
  showTrouble(new Trouble("The server no longer knows this job", "It was restarted without what it had, or the job has expired. Make the report again."));
  if (entry) $("problem").firstChild.append(el("span", {}, againButton(entry)));
}

function againButton(entry) {
  const again = el("button", { type: "button", class: "quiet" }, "Make it again");
  again.addEventListener("click", () => submit(entry.asked ?? { handle: entry.handle, platform: entry.platform }, false));
  return again;
}

function showConnection(kind, seconds, trouble) {
  $("pulse").classList.toggle("live", kind === "live");
  $("connection").textContent = {
    opening: "Connecting",
    live: "Live",
    asking: "Following",
    lost: `${trouble?.title ?? "Connection lost"}; next try in ${plural(Math.ceil(seconds ?? 0), "second", "seconds")}`,
    ended: "",
  }[kind];
  $("pulse").hidden = kind === "ended";
  $("job").dataset.connection = kind;
  if (kind === "lost") announce(`${trouble.title}. ${trouble.text}`);
}

function showStatus(status) {
  const before = current.status;
  current.status = status;
  const ended = isEnded(status);
  const at = PHASES.indexOf(status.phase);
  [...$("steps").children].forEach((step, index) => {
    const done = status.status === "completed" || index < at;
    step.classList.toggle("done", done);
    step.firstChild.textContent = done ? "✓" : String(index + 1);
    if (index === at && !ended) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  });
  $("bar").setAttribute("aria-valuenow", status.percent);
  $("bar").setAttribute("aria-valuetext", `${status.percent} percent, ${status.phase}`);
  $("bar").firstChild.style.width = `${status.percent}%`;
  $("percent").textContent = `${status.percent}\u00a0%`;
  $("cancel").hidden = ended;
  $("job").classList.toggle("ended", ended);
  if (!ended) document.title = `${status.percent} % · Account report`;
  if (before?.phase !== status.phase || before?.status !== status.status) {
    announce(ended ? "" : `${status.phase}, ${status.percent} percent`);
  }
  tick();
  if (!$("waiting").hidden && before?.next_attempt_at !== status.next_attempt_at) announce($("waiting").textContent);
  if (!ended) return;
  showConnection("ended");
  if (status.status === "completed") fetchReport();
  else showFailure(status);
}

/** Keeps what depends on the time of day up to date. */
function tick() {
  const status = current.status;
  if (!status) return;
  const ended = isEnded(status);
  const due = moment(status.next_attempt_at);
  const seconds = due ? Math.max(0, Math.ceil((due - Date.now()) / 1000)) : 0;
  const waits = !ended && status.status === "pending" && due;
  $("waiting").hidden = !waits;
  if (waits) {
    const reason = status.error_message ? [foreign(status.error_message), ". "] : [];
    const next = seconds > 0
      ? [`Next attempt in ${duration(seconds * 1000)}, at `, el("time", { datetime: status.next_attempt_at }, due.toLocaleTimeString("en-GB"))]
      : ["Next attempt as soon as a worker is free"];
    $("waiting").replaceChildren(icon("warning", 20), el("span", {}, "Waiting: ", ...reason, ...next, "."));
  }
  const doing = ended
    ? [status.status === "completed" ? "done" : "stopped"]
    : [waits ? "waiting" : status.status === "pending" ? "waiting for a worker" : `${status.phase.toLowerCase()}`];
  if (status.attempt) doing.push(`attempt ${status.attempt}`);
  if (status.created_at) doing.push(took(status));
  $("doing").textContent = doing.join(" · ");
}
setInterval(tick, 1000);

/** How long a job has taken so far, waits included. */
const took = ({ created_at: began, completed_at: ended }) =>
  duration(Math.max(0, (moment(ended) ?? new Date()) - (moment(began) ?? new Date())));
const duration = (milliseconds) => {
  const seconds = Math.round(milliseconds / 1000);
  if (milliseconds < 950) return "under a second";
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** Says it to screen readers, when they have time. */
const announce = (text) => { $("announce").textContent = text; };

$("cancel").addEventListener("click", async () => {
  const id = current.id;
  if ($("cancel").ariaDisabled === "true") return;
  $("cancel").ariaDisabled = "true";
  try {
    const response = await ask(`api/cancel/${id}`, { method: "POST" });
    const status = json(await response.text());
    if (id !== current.id) return;
    announce("The job is being cancelled.");
    if (isEnded(status)) {
      current.follower?.stop();
      showStatus(status);
    }
  } catch (trouble) {
    $("cancel").ariaDisabled = "false";
    if (trouble instanceof Trouble) trouble.text = `The job was not cancelled. ${trouble.text}`;
    showTrouble(trouble);
  }
});

function showFailure(status) {
  const cancelled = isCancelled(status);
  memory.update(current.id, { state: endOf(status) });
  document.title = cancelled ? "Cancelled" : "No report";
  const entry = memory.find(current.id);
  const told = cancelled ? "The job was cancelled" : `There is no report: the job failed while ${status.phase.toLowerCase()}`;
  const busy = isElsewhere(document.activeElement);
  $("outcome").replaceChildren(el("div", { class: cancelled ? "notice calm" : "notice", id: "failure", tabindex: "-1" },
    el("strong", {}, told),
    cancelled ? null : el("span", {}, foreign(status.error_message ?? "No reason was given.")),
    entry?.handle ? el("span", {}, againButton(entry)) : null));
  $("outcome").hidden = false;
  announce(cancelled ? told : `${told}. ${visible(status.error_message)}`);
  if (!busy) $("failure").focus();
}

/** Whether somebody does something else than wait for the job: then the focus stays. */
const isElsewhere = (focused) => ![document.body, $("job-title"), $("cancel")].includes(focused);

async function fetchReport() {
  const id = current.id;
  for (let failures = 0; id === current.id; failures += 1) {
    try {
      const response = await ask(`api/report/${id}`);
      const text = await response.text();
      if (id !== current.id) return;
      const report = json(text);
      const state = report?.data_origin?.kind === "simulated" ? "ready, simulated" : "ready";
      memory.update(id, { state, ...(report?.handle ? { handle: report.handle, platform: report.platform } : {}) });
      $("job-title").replaceChildren(...title(id));
      if (report?.handle) fillForm(report.handle, report.platform);
      const busy = isElsewhere(document.activeElement);
      showReport(report, id);
      announce("The report is ready.");
      $("job").hidden = true;
      if (!busy) {
        $("report-title")?.focus({ preventScroll: true });
        // On a small screen the report begins below the form.
        if ($("report").getBoundingClientRect().top > innerHeight / 2) $("report").scrollIntoView();
      }
      open(); // The address may name a piece of evidence.
      return;
    } catch (trouble) {
      if (id !== current.id) return;
      if (!(trouble instanceof Trouble) || !trouble.passing) return lost(trouble);
      const seconds = Math.max(trouble.wait, Math.min(15, 2 ** failures));
      showConnection("lost", seconds, trouble);
      await pause(seconds * 1000, new AbortController().signal);
    }
  }
}
