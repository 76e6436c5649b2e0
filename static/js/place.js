// Keeps the place in the gallery: who comes back from a clip finds what was loaded, and where they were. The element
// that asks for news is kept with it, so that its next question brings everything up to date.
// Kept in this tab, a few addresses of one person's; signing out forgets them.

const MOST_PLACES = 4;
const MOST_CHARACTERS = 1_500_000;
const AGAIN = "again";

const found = () => document.getElementById("found");
const prefix = () => `place-${found().dataset.user}-`;
const key = () => prefix() + found().dataset.place;

// The markup as it would come from the server: without what scripts have put in for a moment.
function markup() {
  const copy = document.createElement("template");
  copy.innerHTML = found().innerHTML;
  for (const video of copy.content.querySelectorAll("video")) video.remove();
  for (const element of copy.content.querySelectorAll(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")) {
    element.classList.remove("htmx-request", "htmx-swapping", "htmx-settling", "htmx-added");
  }
  return copy.innerHTML;
}

function forgetOldest() {
  const places = Object.keys(sessionStorage).filter((name) => name.startsWith(prefix()));
  const age = (name) => JSON.parse(sessionStorage.getItem(name)).at;
  places.sort((one, other) => age(other) - age(one));
  for (const name of places.slice(MOST_PLACES)) sessionStorage.removeItem(name);
}

function keep() {
  if (!found()) return;
  const html = markup();
  const focused = document.activeElement?.closest("[data-generation]")?.id ?? "";
  try {
    sessionStorage.removeItem(key());
    if (html.length > MOST_CHARACTERS) return;
    sessionStorage.setItem(key(), JSON.stringify({ html, focused, top: window.scrollY, at: Date.now() }));
    forgetOldest();
  } catch {
    // Storage is full or switched off: the gallery then begins at its top.
  }
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(key()));
  } catch {
    return null;
  }
}

// Back and forward, or a link that leads from a clip to the same gallery.
function isReturn() {
  const wasAgain = takeAgain();
  const { type } = performance.getEntriesByType("navigation")[0];
  if (type === "back_forward" || wasAgain) return true;
  if (type !== "navigate" || !document.referrer) return false;
  const from = new URL(document.referrer);
  const isClip = from.origin === location.origin && /^\/gallery\/[0-9a-f-]{36}\/$/.test(from.pathname);
  return isClip && from.search !== "" && from.search === location.search;
}

// The address was changed here, by a search, and is changed back: htmx then loads the page anew.
window.addEventListener("popstate", () => {
  try {
    sessionStorage.setItem(prefix() + AGAIN, JSON.stringify({ at: Date.now() }));
  } catch {
    // As above.
  }
});

function takeAgain() {
  try {
    const mark = sessionStorage.getItem(prefix() + AGAIN);
    sessionStorage.removeItem(prefix() + AGAIN);
    return mark !== null;
  } catch {
    return false;
  }
}

function comeBack({ html, focused, top }) {
  found().innerHTML = html;
  window.scrollTo({ top, behavior: "instant" });
  if (focused) document.getElementById(focused)?.querySelector("[data-focus]")?.focus({ preventScroll: true });
  window.addEventListener("load", () => htmx.trigger(document.body, "live"), { once: true });
}

const place = found() && isReturn() ? kept() : null;
if (place) comeBack(place);

window.addEventListener("pagehide", keep);

// A search replaces what is shown: its place is kept before, and what the old one asks for comes too late.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "found" || !detail.shouldSwap) return;
  keep();
  htmx.trigger("#live", "htmx:abort");
});
