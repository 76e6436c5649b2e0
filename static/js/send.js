// Sends with Ctrl or Command and Enter, and once however often it is pressed.

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

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll(".needs-keys kbd:first-child")) key.textContent = "⌘";
}
