// Puts Magnific's version into its field, and the person's own back; Ctrl+Z does the same.

import { put } from "./put.js";

const area = (element) => element.closest("[data-improve]");
const fieldOf = (element) => document.getElementById(area(element).dataset.improve);
const place = (element) => area(element).querySelector("[data-improve-place]");
const textOf = (root, selector) => root.querySelector(selector).content.textContent;

function show(root, isUsed) {
  root.querySelector("[data-improve-answer]").hidden = isUsed;
  root.querySelector("[data-improve-used]").hidden = !isUsed;
}

function noticeChange(root) {
  const note = root.querySelector("[data-improve-changed]");
  if (note) note.hidden = fieldOf(root).value.trim() === textOf(root, "[data-improve-yours]").trim();
}

const presses = {
  "[data-improve-use]": (button) => {
    const root = place(button);
    root.dataset.mine = fieldOf(button).value;
    show(root, true);
    put(fieldOf(button), textOf(root, "[data-improve-theirs]"));
  },
  "[data-improve-undo]": (button) => {
    const root = place(button);
    show(root, false);
    put(fieldOf(button), root.dataset.mine);
    noticeChange(root);
  },
  "[data-improve-keep]": (button) => {
    const field = fieldOf(button);
    place(button).replaceChildren();
    field.focus();
  },
};

document.addEventListener("click", ({ target }) => {
  for (const [selector, press] of Object.entries(presses)) {
    const button = target.closest(selector);
    if (button && area(button)) press(button);
  }
});

document.addEventListener("input", ({ target }) => {
  for (const root of document.querySelectorAll("[data-improve-place]")) {
    if (fieldOf(root) === target) noticeChange(root);
  }
});

// Who waits at a button that goes with the answer is not left nowhere.
document.addEventListener("htmx:afterSwap", ({ detail: { elt } }) => {
  if (!area(elt)) return;
  const root = place(elt);
  noticeChange(root);
  if (document.activeElement !== document.body) return;
  (root.querySelector("[data-improve-use], [data-improve-keep], [data-improve-stop]") ?? area(elt).querySelector("[data-improve-start]")).focus();
});
