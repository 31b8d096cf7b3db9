// Following many jobs at once, over one stream.

/** Runs `work` on each of `items`, a few at a time. */
async function inTurns(items, work, atOnce = 4) {
  const left = [...items];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left.length) await work(left.shift());
  }));
}

/**
 * Follows up to a hundred jobs to their ends. Where the stream breaks or tells nothing each status is asked for once, and
 * then the stream is opened again.
 */
class Watch {
  #open; #told; #stopped = new AbortController();

  /** `told` has the methods `status(id, body)`, `gone(id)`, `connection(text)` and `lost(trouble)`. */
  constructor(ids, told) {
    this.#open = new Set(ids);
    this.#told = told;
    this.#run();
  }

  stop = () => this.#stopped.abort();

  async #run() {
    const { signal } = this.#stopped;
    for (let failures = 0; this.#open.size && !signal.aborted; failures += 1) {
      const stream = new AbortController();
      const quiet = (milliseconds) => setTimeout(() => stream.abort(), milliseconds);
      let silence = quiet(SILENCE.first);
      try {
        const query = new URLSearchParams([...this.#open].map((id) => ["job", id]));
        for await (const { event, data } of eventsOf(`api/events?${query}`, AbortSignal.any([signal, stream.signal]))) {
          clearTimeout(silence);
          silence = quiet(SILENCE.later);
          failures = 0;
          this.#told.connection("Live");
          if (event === "job-not-found") this.#gone(json(data).job_id);
          else this.#take(json(data));
        }
      } catch (trouble) {
        if (trouble.status === 401) return signal.aborted || this.#told.lost(trouble);
      } finally {
        clearTimeout(silence);
      }
      if (!this.#open.size || signal.aborted) break;
      this.#told.connection("Connecting again");
      await pause(Math.min(15_000, 500 * 2 ** failures), signal);
      await this.#askEach(signal);
    }
    if (!signal.aborted) this.#told.connection("");
  }

  async #askEach(signal) {
    let isAway = false;
    await inTurns(this.#open, async (id) => {
      if (signal.aborted || isAway) return;
      try {
        this.#take(json(await (await ask(`api/status/${id}`, { signal })).text()));
      } catch (trouble) {
        if (trouble.status === 404 && trouble.problem?.type) this.#gone(id);
        else isAway = true;
      }
    });
  }

  #take(status) {
    if (this.#stopped.signal.aborted) return;
    if (isEnded(status)) this.#open.delete(status.job_id);
    this.#told.status(status.job_id, status);
  }

  #gone(id) {
    if (this.#stopped.signal.aborted) return;
    this.#open.delete(id);
    this.#told.gone(id);
  }
}
