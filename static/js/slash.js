// `/` at the beginning of the prompt, a line or a word finds prompts of the libraries beneath it while one types on.
// At the beginning of a line the first is chosen at once; within a line only an arrow chooses, for there a slash may be
// text. A slash that finds nothing is left alone, as is one after Escape or behind other characters.

import { leave } from "./left.js";
import { put } from "./put.js";

const AT_LINE = /(?:^|\n)\/([^\n/]{0,60})$/;
const AT_WORD = /[ \t]\/([^\s/]{0,40})$/;
const WAIT_MS = 150;

let start = null;
let asked = null;
let timer = 0;

const field = () => document.getElementById("prompt");
const list = () => document.getElementById("slash");
const said = (text) => { document.getElementById("prompt-said").textContent = text; };
const options = () => [...list().children];
const chosen = () => list().querySelector("[aria-selected=true]");

function slash({ value, selectionStart }) {
  const before = value.slice(0, selectionStart);
  const found = AT_LINE.exec(before) ?? AT_WORD.exec(before);
  if (!found || /^\s/.test(found[1])) return null;
  return { at: selectionStart - found[1].length - 1, words: found[1], isLine: AT_LINE.test(before) };
}

function close() {
  clearTimeout(timer);
  asked?.abort();
  if (start !== null) said("");
  start = asked = null;
  list().hidden = true;
  list().replaceChildren();
  for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete", "aria-haspopup"]) field().removeAttribute(name);
}

function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", String(one === option));
  if (!option) return field().removeAttribute("aria-activedescendant");
  field().setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function show(html, { words, isLine }) {
  list().innerHTML = html;
  const count = options().length;
  if (!count) {
    list().hidden = true;
    return said(isLine && words ? "No prompt has these words." : "");
  }
  list().hidden = false;
  field().setAttribute("aria-controls", list().id);
  field().setAttribute("aria-autocomplete", "list");
  field().setAttribute("aria-haspopup", "listbox");
  choose(isLine ? options()[0] : null);
  said(`${count === 1 ? "1 prompt" : `${count} prompts`}: ↑ ↓ to choose, Enter to use it, Esc to go on writing.`);
}

async function find(found) {
  asked?.abort();
  const mine = asked = new AbortController();
  try {
    const answer = await fetch(`${field().dataset.find}?q=${encodeURIComponent(found.words)}`, { signal: mine.signal });
    const html = answer.ok && !answer.redirected ? await answer.text() : "";
    if (asked === mine) show(html, found);
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

function use(option) {
  const { href } = option.dataset;
  put(field(), "", start, field().selectionStart);
  close();
  leave();
  location.assign(href);
}

document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  const found = slash(event.target);
  if (start === null && found && event.data === "/") start = found.at;
  if (start === null) return;
  if (!found || found.at !== start) return close();
  clearTimeout(timer);
  // A slash alone within a line is most likely one: 16 mm / 24 fps.
  if (found.isLine || found.words) timer = setTimeout(() => find(found), WAIT_MS);
});

const move = (step) => {
  const all = options();
  const at = all.indexOf(chosen());
  choose(all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]);
};

const keys = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Enter: () => use(chosen()),
  Escape: close,
};

document.addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
  if (event.target !== field() || list().hidden || !Object.hasOwn(keys, key) || isComposing) return;
  if (ctrlKey || metaKey || altKey || shiftKey || (key === "Enter" && !chosen())) return;
  event.preventDefault();
  event.stopPropagation();
  keys[key]();
}, { capture: true });

// The field keeps the focus while somebody presses an option.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("#slash")) event.preventDefault();
});

document.addEventListener("click", ({ target }) => {
  const option = target.closest("#slash [role=option]");
  if (option) use(option);
  else if (target !== field() && start !== null) close();
});

document.addEventListener("focusout", ({ target }) => {
  if (target === field() && start !== null) close();
});
