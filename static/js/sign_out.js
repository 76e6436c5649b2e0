// Leaves no draft behind on a machine that others may use: signing out, here or in the admin, forgets one's own.

const { user } = document.querySelector("script[data-user]").dataset;

const isOwn = (name) => name === `draft-${user}` || name.startsWith(`draft-${user}-`);

function forget(storage) {
  for (const name of Object.keys(storage).filter(isOwn)) storage.removeItem(name);
}

document.addEventListener("submit", (event) => {
  if (!event.target.getAttribute("action")?.endsWith("/logout/")) return;
  try {
    forget(sessionStorage);
    forget(localStorage);
  } catch {
    // Storage is switched off: there is none.
  }
});

// Signed out in another tab.
window.addEventListener("storage", ({ key, newValue }) => {
  if (key === `draft-${user}` && newValue === null) forget(sessionStorage);
});
