// Keys of every page: `?` shows the keys in a dialog, `g` and then a letter goes to a page.
// The list is that of the page behind the menu's link, which also works without this.

import { openSheet } from "./sheet.js";

const SECOND_KEY_MS = 1200;
const NO_ANSWER = "No answer from the studio. Press ? again in a moment.";
const PAGES = { c: "create", g: "gallery", t: "team" };

const link = () => document.querySelector("[data-keys]");
const TYPED = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const isTyping = ({ target }) => target.closest?.(TYPED);
const hasModifier = ({ ctrlKey, metaKey, altKey }) => ctrlKey || metaKey || altKey;
const isOpen = () => document.querySelector("dialog[open]") !== null;

async function list() {
  try {
    const answer = await fetch(link().href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("[data-keys-list]") ?? NO_ANSWER;
  } catch {
    return NO_ANSWER;
  }
}

// A dialog gives the focus back to where it was by itself; what opened it may be in a menu that is closed by then.
async function show() {
  if (document.querySelector("[data-keys-list]")) return;
  const content = await list();
  if (!isOpen()) openSheet({ title: "Keyboard", id: "keys-title", content });
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-keys]");
  if (!pressed || hasModifier(event) || event.shiftKey) return;
  event.preventDefault();
  const menu = pressed.closest("details");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  show();
});

let first = null;

function goTo(key) {
  location.assign(link().dataset[PAGES[key]]);
}

document.addEventListener("keydown", (event) => {
  if (!link() || isTyping(event) || hasModifier(event) || isOpen() || event.repeat) return;
  const wasFirst = first && event.timeStamp - first < SECOND_KEY_MS;
  first = null;
  if (event.key === "?") {
    event.preventDefault();
    show();
  } else if (wasFirst && Object.hasOwn(PAGES, event.key)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    goTo(event.key);
  } else if (event.key === "g") {
    first = event.timeStamp;
  }
}, { capture: true });
