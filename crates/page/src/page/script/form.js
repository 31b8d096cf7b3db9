// The form.

const HOSTS = [["instagram", /(^|\.)(instagram\.com|instagr\.am)$/], ["tiktok", /(^|\.)tiktok\.com$/], ["youtube", /(^|\.)(youtube\.com|youtu\.be)$/]];

/** The platform that a pasted address names, if any. The server has the last word. */
function platformOf(input) {
  if (!input.includes("/")) return null;
  const host = input.trim().replace(/^(https?:)?\/\//i, "").split(/[/?#]/)[0].toLowerCase();
  return HOSTS.find(([, pattern]) => pattern.test(host))?.[0] ?? null;
}

/** The name within what was typed, to be shown until the report says it. */
function nameIn(input) {
  if (!input.includes("/")) return input.replace(/^@/, "");
  const [, ...segments] = input.replace(/^(https?:)?\/\//i, "").split(/[?#]/)[0].split("/").filter(Boolean);
  const [first = input, second = first] = segments;
  const name = (["stories", "_u"].includes(first) ? second : first).replace(/^@/, "");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

$("handle").addEventListener("input", () => {
  showFieldErrors({});
  const platform = platformOf($("handle").value);
  if (platform) $("platform").value = platform;
  $("handle-hint").hidden = !platform;
  $("handle-hint").textContent = platform ? `An address on ${PLATFORMS[platform]}` : "";
});
$("platform").addEventListener("change", () => {
  showFieldErrors({});
  $("handle-hint").hidden = true;
});

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const handle = $("handle").value.trim();
  if (!handle) {
    showFieldErrors({ handle: "Enter a handle, such as @name, or paste the address of a profile." });
    return;
  }
  submit({ handle, platform: $("platform").value }, $("anew").checked);
});

async function submit(what, anew) {
  // Not `disabled`: that would take the focus away.
  if ($("submit").ariaDisabled === "true") return;
  showFieldErrors({});
  showTrouble(null);
  $("submit").ariaDisabled = "true";
  try {
    const response = await ask("api/analyze", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(anew ? { ...what, max_age: 0 } : what),
    });
    const { job_id: id } = json(await response.text());
    // By the server's clock: the browser's may go wrong.
    const wanted = (moment(response.headers.get("date")) ?? new Date()).toISOString();
    memory.add({ id, handle: nameIn(what.handle), platform: what.platform, asked: what, wanted, at: new Date().toISOString(), state: IN_WORK });
    $("anew").checked = false;
    current.view = undefined; // The same job again: show it again.
    location.hash = `job=${id}`;
    open();
    $("job-title").focus();
  } catch (trouble) {
    if (trouble.status === 401 && wantKey(() => submit(what, anew))) return;
    const { handle, platform, ...others } = trouble.fields ?? {};
    showFieldErrors({ handle, platform });
    if (!handle && !platform) showTrouble(trouble);
  } finally {
    $("submit").ariaDisabled = "false";
  }
}

function showFieldErrors(errors) {
  let first = null;
  for (const name of ["handle", "platform"]) {
    const text = errors[name];
    $(`${name}-error`).textContent = text ? sentence(text) : "";
    $(`${name}-error`).hidden = !text;
    $(name).setAttribute("aria-invalid", String(Boolean(text)));
    if (text) first ??= $(name);
  }
  first?.focus();
}

/** Shows a problem above everything, or takes it away. */
function showTrouble(trouble) {
  if (trouble && !(trouble instanceof Trouble)) console.error(trouble);
  $("problem").replaceChildren(...(trouble
    ? [el("div", { class: "notice" }, el("strong", {}, trouble.title ?? "The page has a fault"), el("span", {}, trouble.text ?? "Load it again."))]
    : []));
}

/** The form steps back behind a report: opened by its button, and filled with the account that is shown. */
function fold(isFolded) {
  document.documentElement.classList.toggle("asking", !isFolded);
  $("unfold").setAttribute("aria-expanded", String(!isFolded));
}
$("unfold").addEventListener("click", () => {
  fold($("unfold").getAttribute("aria-expanded") === "true");
  if ($("unfold").getAttribute("aria-expanded") === "true") {
    scrollTo(0, 0);
    $("handle").focus();
    $("handle").select();
  }
});

function fillForm(handle, platform) {
  if (document.activeElement === $("handle")) return; // Somebody types.
  $("handle").value = handle;
  if (PLATFORMS[platform]) $("platform").value = platform;
  showFieldErrors({});
  $("handle-hint").hidden = true;
}
