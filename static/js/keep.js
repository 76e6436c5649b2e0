// What the page asks for by itself never takes a half-typed tag, an open list or the keyboard away from whoever is at
// it; the mean of the stars comes all the same, in a place of its own.

function isInUse(part) {
  const isTyped = [...part.querySelectorAll("input:not([type=hidden])")].some((field) => field.value !== "");
  return isTyped || part.contains(document.activeElement) || part.querySelector("details[open]") !== null;
}

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target } = event.detail;
  if (target.matches("[data-keep]") && isInUse(target)) event.detail.shouldSwap = false;
});
