// What this browser remembers.

const memory = {
  key: "report-pipeline.recent",
  read() {
    try {
      const list = JSON.parse(localStorage.getItem(this.key) ?? "[]");
      return Array.isArray(list) ? list.filter((entry) => isJobId(entry?.id)) : [];
    } catch {
      return []; // Storage may be forbidden; then nothing is remembered.
    }
  },
  write(list) {
    try {
      localStorage.setItem(this.key, JSON.stringify(list.slice(0, 8)));
    } catch { /* as above */ }
    showRecent();
  },
  find: (id) => memory.read().find((entry) => entry.id === id),
  add: (entry) => memory.write([entry, ...memory.read().filter(({ id }) => id !== entry.id)]),
  /** What has become of a job; one that this browser did not submit, or was told to forget, is not added. */
  update: (id, facts) => memory.write(memory.read().map((entry) => (entry.id === id ? { ...entry, ...facts } : entry))),
  forget: (id) => memory.write(memory.read().filter((entry) => entry.id !== id)),
};

const isJobId = (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text ?? "");

function showRecent() {
  const list = memory.read();
  $("recent").hidden = list.length === 0;
  $("recent-list").replaceChildren(...list.map((entry) =>
    el("li", {},
      el("a", { href: `#job=${entry.id}`, "aria-current": entry.id === current.id ? "page" : null },
        el("span", { class: "who" }, foreign(entry.handle ? `@${entry.handle}` : `Job ${entry.id.slice(0, 8)}`)),
        el("span", { class: "soft small" }, [platformName(entry.platform), entry.state].filter(Boolean).join(" · ")),
        el("span", { class: "soft small when" }, time(entry.at))))));
}

/** Finds out what has become of the jobs that were left in work. */
async function catchUp() {
  for (const entry of memory.read().filter(({ id, state }) => state === IN_WORK && id !== current.id)) {
    try {
      const status = json(await (await ask(`api/status/${entry.id}`)).text());
      if (isEnded(status)) memory.update(entry.id, { state: status.status === "completed" ? "ready" : endOf(status) });
    } catch (trouble) {
      if (trouble.status === 404 && trouble.problem?.type) memory.forget(entry.id);
    }
  }
}
const IN_WORK = "in work";
const isCancelled = (status) => status.error_message === "the job was cancelled";
const endOf = (status) => (isCancelled(status) ? "cancelled" : "failed");
