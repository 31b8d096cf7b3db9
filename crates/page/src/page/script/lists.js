// Lists: many accounts in one table, which can be sorted, taken along, and compared.

const MOST = 100;

/** Which account a job is about; statuses do not say it. */
const names = {
  key: "report-pipeline.names",
  read() {
    try {
      return Object.fromEntries(Object.entries(JSON.parse(localStorage.getItem(this.key) ?? "{}")).filter(([id]) => isJobId(id)));
    } catch {
      return {};
    }
  },
  add(more) {
    try {
      localStorage.setItem(this.key, JSON.stringify(Object.fromEntries(Object.entries({ ...names.read(), ...more }).slice(-500))));
    } catch { /* Storage may be forbidden; then rows are called by their ids until their reports are there. */ }
  },
};

const idsIn = (text) => [...new Set((text ?? "").split(".").filter(isJobId))];

$("many-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if ($("many-submit").ariaDisabled === "true") return;
  const wanted = [...new Set($("handles").value.split(/[\n,;]+/).map((line) => line.trim()).filter(Boolean))];
  const wrong = wanted.length === 0 ? "Enter a handle or an address on each line." : wanted.length > MOST ? `That are ${wanted.length}; at most ${MOST} can be watched at once.` : null;
  sayMany(wrong);
  if (wrong) return $("handles").focus();
  showTrouble(null);
  $("many-submit").ariaDisabled = "true";
  try {
    await submitMany(wanted);
  } catch (trouble) {
    if (!(trouble.status === 401 && wantKey(() => $("many-form").requestSubmit()))) showTrouble(trouble);
  } finally {
    $("many-submit").ariaDisabled = "false";
    $("many-said").textContent = "";
  }
});
$("handles").addEventListener("input", () => sayMany(null));

function sayMany(text) {
  $("many-error").textContent = text ?? "";
  $("many-error").hidden = !text;
  $("handles").setAttribute("aria-invalid", String(Boolean(text)));
}

/** Submits each, and shows those that were taken; what was refused stays in the field, with the reasons. */
async function submitMany(wanted) {
  const taken = new Map();
  const refused = new Map();
  let fault = null;
  await inTurns(wanted, async (handle) => {
    if (fault) return;
    const what = { handle, platform: platformOf(handle) ?? $("platform").value };
    for (let attempt = 0; ; attempt += 1) {
      try {
        const response = await ask("api/analyze", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(what) });
        taken.set(handle, [json(await response.text()).job_id, { handle: nameIn(handle), platform: what.platform }]);
        $("many-said").textContent = `${taken.size + refused.size} of ${wanted.length}`;
        return;
      } catch (trouble) {
        if (trouble.status === 422) return void refused.set(handle, Object.values(trouble.fields)[0] ?? trouble.text);
        if (!trouble.passing || attempt >= 4) return void (fault ??= trouble);
        $("many-said").textContent = `${trouble.title}; going on in a moment`;
        await pause(Math.min(60, Math.max(trouble.wait, 2 ** attempt)) * 1000, new AbortController().signal);
      }
    }
  });
  const jobs = wanted.map((handle) => taken.get(handle)).filter(Boolean);
  names.add(Object.fromEntries(jobs));
  if (fault && !jobs.length) throw fault;
  const left = wanted.filter((handle) => !taken.has(handle));
  $("handles").value = left.join("\n");
  if (jobs.length) {
    location.hash = `list=${[...new Set(jobs.map(([id]) => id))].join(".")}`;
    open();
  }
  if (refused.size) {
    const reasons = [...refused].map(([handle, why]) => `${visible(handle)}: ${why}`).join("; ");
    if (jobs.length) showTrouble(new Trouble(`${refused.size} of ${wanted.length} were refused`, reasons));
    else sayMany(reasons);
  }
  if (fault) showTrouble(new Trouble(`Only ${jobs.length} of ${wanted.length} were taken`, `${fault.title}. ${fault.text} What is missing is still in the field.`));
}

const COLUMNS = [
  ["Account", (row) => row.name.toLowerCase()],
  ["State", (row) => row.percent ?? -1],
  ["Score", (row) => row.report?.score ?? -1, true],
  ["Grade", (row) => row.report?.grade ?? "Z"],
  ["Flags", (row) => row.report?.flags?.length ?? -1, true],
  ["Advice", (row) => ["avoid", "look_closer", "sponsor"].indexOf(row.report?.decision?.advice)],
];

VIEWS.list = (text) => {
  const ids = idsIn(text).slice(0, MOST);
  if (!ids.length) return lost(new Trouble("There is no such list", "The address is incomplete."));
  const remembered = names.read();
  const rows = ids.map((id, at) => {
    const entry = remembered[id];
    return { id, at, name: entry?.handle ? `@${entry.handle}` : `Job ${id.slice(0, 8)}`, platform: entry?.platform, state: "connecting", percent: null };
  });
  const chosen = new Set();
  let sorted = { by: null, down: false };

  const body = el("tbody", {});
  const said = el("span", { class: "soft small", role: "status" });
  const connection = el("span", { class: "soft small" });
  const compare = el("button", { type: "button", id: "compare" }, "Compare");
  compare.addEventListener("click", () => {
    if (compare.ariaDisabled === "true") return;
    location.hash = `compare=${rows.filter(({ id }) => chosen.has(id)).map(({ id }) => id).join(".")}`;
  });
  const choose = () => {
    compare.ariaDisabled = String(chosen.size < 2 || chosen.size > 5);
    said.textContent = chosen.size > 5 ? "Five can be compared at most." : chosen.size ? `${chosen.size} chosen` : "Choose two to five to compare them.";
  };
  const save = el("button", { type: "button", class: "quiet" }, "Save as CSV");
  save.addEventListener("click", () => download("list.csv", "text/csv", csv(listTable(rows))));

  for (const row of rows) {
    const box = el("input", { type: "checkbox" });
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(row.id);
      else chosen.delete(row.id);
      choose();
    });
    row.box = box;
    row.cells = COLUMNS.map(([name, , right]) => el(name === "Account" ? "th" : "td", name === "Account" ? { scope: "row" } : { class: right ? "number" : null }));
    row.line = el("tr", { "data-job": row.id }, el("td", {}, box), row.cells);
    body.append(row.line);
  }
  const heads = COLUMNS.map(([name, of, right], at) => {
    const button = el("button", { type: "button", class: "sort" }, name);
    const head = el("th", { scope: "col", class: right ? "number" : null }, button);
    button.addEventListener("click", () => {
      sorted = { by: at, down: sorted.by === at ? !sorted.down : Boolean(right) };
      heads.forEach((other, it) => (it === at ? other.setAttribute("aria-sort", sorted.down ? "descending" : "ascending") : other.removeAttribute("aria-sort")));
      sort();
    });
    return head;
  });
  const sort = () => {
    if (sorted.by === null) return;
    const [, of] = COLUMNS[sorted.by];
    const compared = (a, b) => { const [x, y] = [of(a), of(b)]; return (x < y ? -1 : x > y ? 1 : 0) * (sorted.down ? -1 : 1) || a.at - b.at; };
    const inOrder = [...rows].sort(compared);
    const focused = document.activeElement;
    inOrder.forEach((row, at) => { if (body.children[at] !== row.line) body.insertBefore(row.line, body.children[at] ?? null); });
    if (focused !== document.activeElement) focused.focus?.();
  };
  const draw = (row) => {
    const { report } = row;
    row.box.setAttribute("aria-label", `Choose ${visible(row.name)}`);
    row.box.disabled = !report;
    const [account, state, score, grade, flags, advice] = row.cells;
    account.replaceChildren(el("a", { href: `#job=${row.id}` }, foreign(row.name)), el("span", { class: "soft small" }, ` ${platformName(row.platform)}`));
    state.replaceChildren(report?.data_origin?.kind === "simulated" ? el("span", { class: "badge simulated" }, "SIMULATED") : foreign(row.state), ...(known(row.percent) && row.percent < 100 && !row.ended ? [miniBar(row.percent)] : []));
    score.textContent = report ? (known(report.score) ? number(report.score) : "N/A") : "";
    grade.replaceChildren(...(report ? [GRADES[report.grade] ? el("span", { class: `grade-word grade-${report.grade}` }, `${report.grade} · ${GRADES[report.grade]}`) : "none"] : []));
    flags.textContent = report ? number(report.flags?.length ?? 0) : "";
    advice.textContent = report ? ADVICE[report.decision?.advice] ?? "" : "";
  };
  const count = () => {
    const ended = rows.filter((row) => row.ended).length;
    title.textContent = `${plural(rows.length, "account", "accounts")}, ${ended === rows.length ? "all done" : `${ended} done`}`;
    document.title = `${ended} of ${rows.length} · Account reports`;
    if (ended === rows.length) announce(`All ${rows.length} accounts are done.`);
  };
  const title = el("h1", { id: "report-title", tabindex: "-1" });
  const reports = [];
  let fetching = false;
  const stage = `list=${text}`;
  const isHere = () => current.view === stage;
  /** Fetches the reports of those that are done, a few at a time. */
  const fetchReports = async () => {
    if (fetching) return;
    fetching = true;
    while (reports.length && isHere()) {
      await inTurns(reports.splice(0), async (row) => {
        try {
          row.report = json(await (await ask(`api/report/${row.id}`)).text());
          row.state = "ready";
          if (row.report?.handle) Object.assign(row, { name: `@${row.report.handle}`, platform: row.report.platform });
        } catch (trouble) {
          row.state = trouble.title ?? "not read";
        }
        row.ended = true;
        if (!isHere()) return;
        draw(row);
        sort();
        count();
      });
    }
    fetching = false;
  };
  const watch = new Watch(ids, {
    status: (id, status) => {
      const row = rows.find((row) => row.id === id);
      if (!row) return;
      row.percent = status.percent;
      row.state = status.status === "completed" ? "fetching the report" : status.status === "failed" ? `${endOf(status)}${isCancelled(status) ? "" : `: ${status.error_message ?? "no reason given"}`}` : status.status === "pending" ? "waiting" : status.phase.toLowerCase();
      if (status.status === "completed") {
        reports.push(row);
        fetchReports();
      } else if (isEnded(status)) row.ended = true;
      draw(row);
      sort();
      count();
    },
    gone: (id) => {
      const row = rows.find((row) => row.id === id);
      Object.assign(row, { state: "not known any more", ended: true });
      draw(row);
      count();
    },
    connection: (how) => { connection.textContent = how; },
    lost: (trouble) => lost(trouble),
  });
  current.leave = watch.stop;
  $("report").className = "stack";
  $("report").replaceChildren(el("section", { class: "card stack", id: "list", "aria-labelledby": "report-title" },
    el("div", { class: "row spread" }, title, connection),
    el("div", { class: "row no-print" }, compare, save, said),
    el("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": "The accounts" },
      el("table", { class: "listed" }, el("thead", {}, el("tr", {}, el("td", {}, el("span", { class: "unseen" }, "Chosen")), heads)), body))));
  rows.forEach(draw);
  choose();
  count();
  $("report").hidden = false;
  title.focus({ preventScroll: true });
};

function miniBar(percent) {
  const bar = el("span", { class: "mini", "aria-hidden": "true" }, el("span", {}));
  bar.firstChild.style.width = `${percent}%`;
  return [el("span", { class: "number" }, ` ${percent}\u00a0%`), bar].reduce((all, it) => (all.append(it), all), el("span", { class: "minis" }));
}

const listTable = (rows) => [["handle", "platform", "state", "percent", "score", "low", "high", "grade", "flags", "advice", "simulated", "job"],
  ...rows.map(({ id, name, platform, state, percent, report }) => [name.replace(/^@/, ""), platform, state, percent,
    report?.score, report?.range?.low, report?.range?.high, report?.grade, report?.flags?.join(" "), report?.decision?.advice,
    report ? String(report.data_origin?.kind === "simulated") : null, id])];
