// Keeps the page up to date: asks only while somebody can see it, and at once when they come back.

const isLive = (event) => event.target.id === "live";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isLive(event) && document.hidden) event.preventDefault();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) htmx.trigger(document.body, "live");
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) htmx.trigger(document.body, "live");
});

// The answer replaces the element that asks. A call for news meanwhile would be lost with it: it is repeated.
let isAsking = false;
let askAgain = false;

document.addEventListener("htmx:beforeSend", (event) => {
  if (isLive(event)) isAsking = true;
});

window.addEventListener("live", () => { askAgain ||= isAsking; }, { capture: true });

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.id !== "live") return;
  isAsking = false;
  if (askAgain) htmx.trigger(document.body, "live");
  askAgain = false;
});

// Keeps of an answer what this page has room for: a tile that was never loaded has no place to go to, and a new one
// may be here already because the page was drawn while it was ordered, or because it is one's own that was shared.
function dropWhatHasNoPlace(answer) {
  const isHere = (element) => document.getElementById(element.id) !== null;
  for (const piece of answer.querySelectorAll("[hx-swap-oob=true], [hx-swap-oob=delete]")) {
    if (!isHere(piece)) piece.remove();
  }
  for (const fresh of answer.querySelectorAll("[data-new]")) {
    for (const tile of [...fresh.children].filter(isHere)) {
      tile.setAttribute("hx-swap-oob", "true");
      fresh.before(tile);
    }
    if (!fresh.children.length || !document.querySelector("[data-tiles]")) fresh.remove();
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.requestConfig?.elt.id !== "live") return;
  const answer = document.createElement("template");
  answer.innerHTML = event.detail.serverResponse;
  dropWhatHasNoPlace(answer.content);
  event.detail.serverResponse = answer.innerHTML;
});

// The keyboard stays where it was when the tile under it is replaced.
let focused = null;

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.contains(document.activeElement)) focused = event.detail.target.id;
});

document.addEventListener("htmx:afterSettle", () => {
  if (focused && document.activeElement === document.body) {
    document.getElementById(focused)?.querySelector("[data-focus]")?.focus({ preventScroll: true });
  }
  focused = null;
});

// A pressed button is switched off for as long as its request runs, and the keyboard is then nowhere: it goes to the
// tile, or back to the button if the press came to nothing.
document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
  const tile = elt.closest("[data-generation]");
  if (!tile || document.activeElement !== document.body) return;
  const next = successful ? tile.querySelector("[data-focus]") : elt.querySelector("button");
  next?.focus({ preventScroll: true });
});
