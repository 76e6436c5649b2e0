// Sends with Ctrl or Command and Enter, and once however often it is pressed.

// The second click of a double click, and a key held down, are no second order: also where the first has brought
// another button to this place.
const ORDERS = "#generate, #advice button, #earlier button";

document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest(ORDERS)) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.repeat && event.target.closest?.(ORDERS)) event.preventDefault();
});

// Keys that are hit twice at once pass no advice over: the eye has not followed yet.
const TWICE_MS = 500;
let last = -TWICE_MS;

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-form]");
  if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const isAgain = event.repeat || event.timeStamp - last < TWICE_MS;
  last = event.timeStamp;
  // Where the advice has come to the front, the second press passes over it.
  const anyway = event.target.closest("[data-advice]")?.querySelector("button");
  if (anyway && !isAgain) anyway.click();
  else if (!anyway && !event.repeat) form.requestSubmit();
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll(".needs-keys kbd:first-child")) key.textContent = "⌘";
}
