// Copies a text of the page; where the clipboard is not allowed, selects it instead.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const label = button.querySelector("span") ?? button;
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    source.hidden = false;
    getSelection().selectAllChildren(source);
    return;
  }
  const before = label === button ? button.getAttribute("aria-label") : label.textContent;
  const say = (text) => (label === button ? button.setAttribute("aria-label", text) : (label.textContent = text));
  say("Copied");
  button.setAttribute("data-done", "");
  setTimeout(() => {
    say(before);
    button.removeAttribute("data-done");
  }, 1500);
});
