// The keys of a service that needs them. Kept in this tab only.

const keyNamed = (name) => ({
  held: null,
  read() {
    try {
      return sessionStorage.getItem(name);
    } catch {
      return this.held; // Storage may be forbidden; then the key lasts as long as the page.
    }
  },
  write(text) {
    this.held = text;
    try {
      sessionStorage.setItem(name, text);
    } catch { /* as above */ }
  },
  header() {
    const text = this.read();
    return text ? { authorization: `Bearer ${text}` } : {};
  },
});

const key = keyNamed("report-pipeline.key");
/** Which key is asked for, and what goes on when it is there. */
const keyWanted = { key, then: null };

/** Asks for a key, and goes on with `then` when there is one. False where the page has no field for it. */
function wantKey(then, which = key, title = "This service needs a key") {
  const form = $("key-form");
  if (!form) return false;
  Object.assign(keyWanted, { key: which, then });
  const wrong = which.read() !== null;
  $("key-title").textContent = title;
  form.hidden = false;
  $("key-error").hidden = !wrong;
  $("key-error").textContent = wrong ? "The service does not know this key." : "";
  $("key").setAttribute("aria-invalid", String(wrong));
  $("key").focus();
  return true;
}

$("key-form")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("key").value.trim();
  // What a header cannot carry would look like a server that is away.
  const fits = /^[\x21-\x7e]+$/.test(text);
  $("key-error").hidden = fits;
  $("key-error").textContent = fits ? "" : "A key has letters, digits and signs, and no blanks.";
  $("key").setAttribute("aria-invalid", String(!fits));
  if (!fits) return $("key").focus();
  keyWanted.key.write(text);
  $("key").value = "";
  $("key-form").hidden = true;
  showTrouble(null);
  const { then } = keyWanted;
  keyWanted.then = null;
  then?.();
});
