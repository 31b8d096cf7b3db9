// The beginning, when all parts are there.

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // The address belongs to the job.
  $("main").focus();
});
$("clear").addEventListener("click", () => {
  memory.write([]);
  $("handle").focus();
});
addEventListener("hashchange", open);
addEventListener("beforeprint", () => current.unfold?.());
addEventListener("storage", showRecent);
open();
catchUp();
