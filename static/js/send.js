// Sends with Ctrl or Command and Enter, and once however often it is pressed.

const isOrder = (event) => event.target.matches?.("[data-form]");

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
  if (isOrder(event)) forgetErrors(event.target);
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll(".needs-keys kbd:first-child")) key.textContent = "⌘";
}
