// Asking the service.

/** What went wrong, in words for the person at the page. */
class Trouble extends Error {
  constructor(title, text, { fields = {}, passing = false, wait = 0, status = 0, problem = {} } = {}) {
    super(title);
    Object.assign(this, { title, text, fields, passing, wait, status, problem });
  }

  static unreachable() {
    return navigator.onLine
      ? new Trouble("The server cannot be reached", "It may be restarting. This page goes on by itself when it is back.", { passing: true })
      : new Trouble("You are offline", "This page goes on by itself when the network is back.", { passing: true });
  }

  static elsewhere() {
    return new Trouble("There is no report service here", `The page asks at ${new URL("api/", document.baseURI).href}, where nothing of it is served. Is a part of the address missing, or does the service stand elsewhere?`, { status: 404 });
  }

  static odd() {
    return new Trouble("The answer was not understood", "It is not that of a report service. Is something between this page and the server?");
  }

  static async from(response) {
    const problem = await response.json().catch(() => ({}));
    const type = String(problem?.type ?? "").split(":").pop();
    const wait = Number(response.headers.get("retry-after")) || 0;
    const later = wait ? `Try again in ${plural(wait, "second", "seconds")}.` : "Try again in a moment.";
    const detail = visible(problem?.detail);
    const fields = {};
    for (const error of problem?.errors ?? []) fields[error.field] = visible(error.detail);
    const [title, text] = {
      "store-full": ["The service is full", `It takes no more jobs at present. ${later}`],
      "store-unavailable": ["The job store is away", `Jobs can be neither taken nor looked up. ${later}`],
      "shutting-down": ["The server is shutting down", `It takes no new jobs. ${later}`],
      "job-failed": ["There is no report", detail],
    }[type] ?? {
      400: ["The request was not understood", "Load the page again; it may be older than the server."],
      401: ["This service needs a key", "Give it one, and the page goes on."],
      404: ["There is no such job", "The address is incomplete, or the report has expired: reports are kept for a limited time. Make it again."],
      409: ["That does not fit the job's state", "Load the page again to see where the job stands."],
      410: ["The report is gone", "Reports are kept for a limited time. Make it again."],
      413: ["That is too long", "A handle or an address is much shorter. Paste only that."],
      422: ["Please check what you typed", detail],
      429: ["Too many requests", `The service asks to slow down. ${later}`],
      503: ["The service is not available", later],
    }[response.status] ?? ["Something went wrong", detail || `The server answered ${response.status}. ${later}`];
    // A service names its problems; whoever else answers stands where the service should.
    if (response.status === 404 && !type) return Trouble.elsewhere();
    const passing = [408, 425, 429, 502, 503, 504].includes(response.status);
    return new Trouble(title, text, { fields, passing, wait, status: response.status, problem });
  }
}

/** How long an answer may take to begin, in milliseconds; longer than one that is held. */
const PATIENCE = 30_000;

/** Asks the service. Throws `Trouble` for every answer that is neither a success nor a 304. */
async function ask(path, options = {}) {
  let response;
  const late = AbortSignal.timeout(PATIENCE);
  const signal = options.signal ? AbortSignal.any([options.signal, late]) : late;
  try {
    response = await fetch(path, { cache: "no-store", ...options, headers: { ...key.header(), ...options.headers }, signal });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw Trouble.unreachable();
  }
  if (!response.ok && response.status !== 304) throw await Trouble.from(response);
  return response;
}

/** The content of an answer that ought to be JSON. */
const json = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    throw Trouble.odd();
  }
};
