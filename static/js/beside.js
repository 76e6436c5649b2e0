// The clips before and after this one: with ← and →, or p and n, and their posters at hand before they are opened.

const REL = { ArrowLeft: "prev", p: "prev", ArrowRight: "next", n: "next" };
const BUSY = "input, textarea, select, [contenteditable], dialog";

document.addEventListener("keydown", (event) => {
  const { key, target, repeat } = event;
  if (!REL[key] || repeat || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (target.closest?.(BUSY) || document.fullscreenElement) return;
  if (document.querySelector("dialog[open], details[data-menu][open]")) return;
  const link = document.querySelector(`.beside a[rel=${REL[key]}]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});

window.addEventListener("load", () => {
  for (const { dataset } of document.querySelectorAll(".beside [data-poster]")) new Image().src = dataset.poster;
});
