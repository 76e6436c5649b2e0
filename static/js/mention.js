// `@` in a comment offers those who may see the clip, while one types on. A name that is simply written works as well.

const NAME = /(?:^|[\s(])@([\p{L}\p{N}_.+-]{0,30})$/u;
const WAIT_MS = 120;

let field = null;
let asked = null;
let timer = 0;

const list = () => field.parentElement.querySelector(".people");
const options = () => [...list().children];
const chosen = () => list().querySelector("[aria-selected=true]");

function begun() {
  const found = NAME.exec(field.value.slice(0, field.selectionStart));
  return found && found[1];
}

function close() {
  clearTimeout(timer);
  asked?.abort();
  if (!field) return;
  list().hidden = true;
  list().replaceChildren();
  for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete", "aria-haspopup"]) field.removeAttribute(name);
  field = null;
}

function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", String(one === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function show(html) {
  list().innerHTML = html;
  if (!options().length) return close();
  list().hidden = false;
  field.setAttribute("aria-controls", list().id);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");
  choose(options()[0]);
}

async function find(name) {
  asked?.abort();
  const mine = asked = new AbortController();
  try {
    const answer = await fetch(`${field.dataset.people}?q=${encodeURIComponent(name)}`, { signal: mine.signal });
    const html = answer.ok && !answer.redirected ? await answer.text() : "";
    if (asked === mine && field) show(html);
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

function use(option) {
  const name = `${option.dataset.name} `;
  const at = field.selectionStart;
  field.setRangeText(name, at - begun().length, at, "end");
  const written = field;
  close();
  written.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", ({ target, isTrusted }) => {
  if (!target.matches("[data-people]") || !isTrusted) return;
  if (field !== target) close();
  field = target;
  const name = begun();
  if (name === null) return close();
  clearTimeout(timer);
  timer = setTimeout(find, WAIT_MS, name);
});

const move = (step) => {
  const all = options();
  choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
};

const keys = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Enter: () => use(chosen()),
  Tab: () => use(chosen()),
  Escape: close,
};

document.addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
  if (!field || event.target !== field || list().hidden || !Object.hasOwn(keys, key) || isComposing) return;
  if (ctrlKey || metaKey || altKey || shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  keys[key]();
}, { capture: true });

// The field keeps the focus while somebody presses a name.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest(".people")) event.preventDefault();
});

document.addEventListener("click", ({ target }) => {
  const option = target.closest(".people [role=option]");
  if (option && field) use(option);
});

// The cursor has left the name that was begun: there is nothing to offer any more.
document.addEventListener("selectionchange", () => {
  if (field && begun() === null) close();
});

document.addEventListener("focusout", ({ target }) => {
  if (target === field) close();
});
