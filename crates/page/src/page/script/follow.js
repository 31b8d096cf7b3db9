// Following jobs to their end.

/** How long a stream may tell nothing, in milliseconds: before its first event, and between two. */
const SILENCE = { first: 5000, later: 30_000 };

/**
 * The events of a stream, each as `{ event, data }`. `EventSource` would read them as well, but cannot send a key.
 * Throws `Trouble` where there is no stream.
 */
async function* eventsOf(path, signal) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", headers: { accept: "text/event-stream", ...key.header() }, signal });
  } catch {
    throw Trouble.unreachable();
  }
  if (!response.ok) throw await Trouble.from(response);
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read().catch(() => { throw Trouble.unreachable(); });
    if (done) return;
    text = (text + value).replaceAll("\r\n", "\n");
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      const of = (field) => lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).replace(/^ /, ""));
      const data = of("data");
      if (data.length) yield { event: of("event").at(-1) ?? "message", data: data.join("\n") };
    }
  }
}

/**
 * Follows a job until it has ended: by the event stream, and by asking where there is none.
 *
 * The stream is opened again after every break, but only once a plain request has been answered, so
 * that a server which is away is asked at growing intervals, and one that refuses streams is left
 * in peace. A silent stream counts as broken: the job may have ended behind a proxy that holds
 * events back. A page that nobody sees has no stream, because browsers open only six connections
 * to a server for all its pages.
 */
class Follower {
  #id; #told; #stopped = new AbortController(); #source; #silence; #version = null; #failures = 0; #streams = true;

  /** `told` has the methods `status(body)`, `connection(kind, seconds)` and `lost(trouble)`. */
  constructor(id, told) {
    this.#id = id;
    this.#told = told;
    const { signal } = this.#stopped;
    document.addEventListener("visibilitychange", () => document.hidden && this.#source && this.#instead(true), { signal });
    if (document.hidden) this.#poll();
    else this.#stream();
  }

  stop() {
    this.#stopped.abort();
    this.#close();
  }

  #close() {
    clearTimeout(this.#silence);
    this.#source?.abort();
    this.#source = null;
  }

  async #stream() {
    let heard = false;
    const source = this.#source = new AbortController();
    const listen = (milliseconds) => {
      clearTimeout(this.#silence);
      this.#silence = setTimeout(() => this.#instead(heard), milliseconds);
    };
    listen(SILENCE.first);
    try {
      for await (const { data } of eventsOf(`api/status/${this.#id}/events`, source.signal)) {
        if (source.signal.aborted) return;
        let status;
        try {
          status = json(data);
        } catch {
          return this.#instead(false);
        }
        heard = true;
        this.#failures = 0;
        this.#told.connection("live");
        listen(SILENCE.later);
        this.#take(status);
      }
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) console.error(trouble);
    }
    if (!source.signal.aborted) this.#instead(heard);
  }

  /** Gives the stream up and asks; `again` says whether to try another stream after that. */
  #instead(again) {
    this.#close();
    this.#streams = again;
    this.#poll();
  }

  async #poll() {
    const signal = this.#stopped.signal;
    while (!signal.aborted) {
      const began = performance.now();
      try {
        // A held answer would hide for a while that a lost server is back, and takes a connection.
        const mayWait = this.#version && !this.#streams && this.#failures === 0 && !document.hidden;
        const headers = mayWait ? { "if-none-match": this.#version, prefer: "wait=20" } : {};
        const response = await ask(`api/status/${this.#id}`, { headers, signal });
        this.#failures = 0;
        this.#version = response.headers.get("etag");
        if (response.status !== 304) this.#take(json(await response.text()));
        if (!signal.aborted && !this.#streams) this.#told.connection("asking");
        await pause(Math.max(0, (document.hidden ? 5000 : 700) - (performance.now() - began)), signal);
        if (this.#streams && !signal.aborted && !document.hidden) return this.#stream();
      } catch (trouble) {
        if (signal.aborted) return;
        if (!(trouble instanceof Trouble) || !trouble.passing) {
          this.stop();
          return this.#told.lost(trouble);
        }
        this.#failures += 1;
        const backoff = Math.min(15, 2 ** (this.#failures - 1)) * (0.7 + Math.random() * 0.3);
        const wait = Math.max(backoff, Math.min(trouble.wait, 60));
        this.#told.connection("lost", wait, trouble);
        await pause(wait * 1000, signal);
      }
    }
  }

  #take(status) {
    if (isEnded(status)) this.stop();
    this.#told.status(status);
  }
}

const isEnded = ({ status }) => ["completed", "failed"].includes(status);

/** Waits; also ends when the wait is called off, the network is back, or the page is seen again. */
const pause = (milliseconds, signal) =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      document.removeEventListener("visibilitychange", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    document.addEventListener("visibilitychange", done);
    signal.addEventListener("abort", done);
  });
