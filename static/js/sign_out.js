// Leaves no draft behind on a machine that others may use: signing out, here or in the admin, forgets one's own.

const { user } = document.querySelector("script[data-user]").dataset;

document.addEventListener("submit", (event) => {
  if (!event.target.getAttribute("action")?.endsWith("/logout/")) return;
  try {
    localStorage.removeItem(`draft-${user}`);
  } catch {
    // Storage is switched off: there is none.
  }
});
