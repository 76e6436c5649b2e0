// Leaves no draft, and no place in the gallery, behind on a machine that others may use: signing out, here or in the
// admin, forgets one's own; what somebody else left in this tab goes at once.

const { user } = document.querySelector("script[data-user]").dataset;

const KEPT = [`draft-${user}`, `place-${user}`];
const isOwn = (name) => KEPT.some((kept) => name === kept || name.startsWith(`${kept}-`));
const isSomebodyElsesPlace = (name) => name.startsWith("place-") && !isOwn(name);

function forget(storage, which = isOwn) {
  for (const name of Object.keys(storage).filter(which)) storage.removeItem(name);
}

try {
  forget(sessionStorage, isSomebodyElsesPlace);
} catch {
  // Storage is switched off: there is none.
}

document.addEventListener("submit", (event) => {
  if (!event.target.getAttribute("action")?.endsWith("/logout/")) return;
  try {
    forget(sessionStorage);
    forget(localStorage);
    // The gallery keeps its place when it is left, also now.
    window.addEventListener("pagehide", () => forget(sessionStorage));
  } catch {
    // Storage is switched off: there is none.
  }
});

// Signed out in another tab.
window.addEventListener("storage", ({ key, newValue }) => {
  if (key === `draft-${user}` && newValue === null) forget(sessionStorage);
});
