// Sends with Ctrl or Command and Enter, and says what happened when no answer came.
// Pressing again is always safe: the form carries a one-use number.

const isOrder = (event) => event.target.matches?.("[data-form]");

function say(text, bad = false) {
  const message = document.getElementById("order-message");
  message.textContent = text;
  message.toggleAttribute("data-bad", bad);
}

function forgetErrors(form) {
  form.querySelector("#order-errors")?.remove();
  for (const error of form.querySelectorAll(".error")) error.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

// The second click of a double click, and a key held down, are no second order.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("#generate")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.repeat && event.target.closest?.("#generate")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-form]");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (!event.repeat) form.requestSubmit();
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isOrder(event)) return;
  forgetErrors(event.target);
  say("");
});

for (const trouble of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(trouble, (event) => {
    if (isOrder(event)) say("No answer from the studio. Nothing typed is lost; pressing again is safe.", true);
  });
}

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll(".needs-keys kbd:first-child")) key.textContent = "⌘";
}
