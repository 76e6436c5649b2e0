// Keeps the page up to date: asks while somebody can see it, and at once when they come back. Out of sight it asks
// seldom, and only while something of one's own runs, so that its title and a notice can tell (notices.js); of
// several such tabs one at a time does.

const UNSEEN_MS = 20_000;
const ASKED = "live-asked-unseen";

const isLive = (event) => event.target.id === "live";

function mayAskUnseen({ dataset }) {
  try {
    const isDue = Math.abs(Date.now() - Number(localStorage.getItem(ASKED))) >= UNSEEN_MS;
    if (!("quick" in dataset) || !isDue) return false;
    localStorage.setItem(ASKED, String(Date.now()));
    return true;
  } catch {
    // Storage is switched off, and there is no telling who else asks.
    return false;
  }
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isLive(event) && document.hidden && !mayAskUnseen(event.target)) event.preventDefault();
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
let isStale = false;

document.addEventListener("htmx:beforeSend", (event) => {
  if (isLive(event)) isAsking = true;
});

window.addEventListener("live", () => { askAgain ||= isAsking; }, { capture: true });

// What came back to the page meanwhile would be taken away by an answer that knows it as gone: it is not drawn.
document.addEventListener("tiles:back", () => {
  isStale = isAsking;
  askAgain ||= isAsking;
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (isStale && detail.requestConfig?.elt.id === "live") detail.shouldSwap = false;
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.id !== "live") return;
  isAsking = isStale = false;
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
  const coming = new Set();
  for (const fresh of answer.querySelectorAll("[data-new]")) {
    const tile = fresh.firstElementChild;
    const place = fresh.getAttribute("hx-swap-oob").split(":")[1];
    if (isHere(tile)) {
      tile.setAttribute("hx-swap-oob", "true");
      fresh.before(tile);
      fresh.remove();
    } else if (document.querySelector(place) || coming.has(place)) {
      coming.add(`#${tile.id}`);
    } else {
      fresh.remove();
    }
  }
}

const MOVES_TILES = "#live, #selection *, [data-undo-trash]";

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.requestConfig?.elt.matches(MOVES_TILES)) return;
  const answer = document.createElement("template");
  answer.innerHTML = event.detail.serverResponse;
  dropWhatHasNoPlace(answer.content);
  event.detail.serverResponse = answer.innerHTML;
});

// The keyboard stays where it was when the tile under it is replaced.
let focused = null;

document.addEventListener("htmx:oobBeforeSwap", ({ detail: { target } }) => {
  if (target.contains(document.activeElement)) focused = { in: target.id, element: document.activeElement };
});

// On the very thing, where it is kept or is there again; else on what the tile or panel is about.
function whereItWas() {
  if (focused.element.isConnected) return focused.element;
  const same = focused.element.id && document.getElementById(focused.element.id);
  return same || document.getElementById(focused.in)?.querySelector("[data-focus]");
}

document.addEventListener("htmx:afterSettle", () => {
  if (focused && document.activeElement === document.body) whereItWas()?.focus({ preventScroll: true });
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
