// Opens the prompts to start from in a dialog over the form; without scripts they are a page.

import { openSheet } from "./sheet.js";

async function show(address) {
  const body = openSheet({ title: "Start from a prompt", id: "pick-title", className: "sheet pick-sheet" });
  await htmx.ajax("GET", address, { target: body, swap: "innerHTML" });
  body.querySelector("[autofocus]")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-pick]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  show(link.href);
});
