// Keeps what is typed in this browser, so that it survives a reload: a draft per person, and another one for each clip
// that somebody starts from. Every tab has its own; a new tab begins with what was typed last.
// A page that brings its own values (an example, a blank form, a refused order) is left alone until somebody types.

const FIELDS = [
  "prompt", "negative_prompt", "aspect_ratio", "duration", "cfg_scale", "takes", "is_private", "when",
  "collection", "collection_name",
];
// A new tab, perhaps tomorrow, sends now.
const OF_THIS_TAB = { when: undefined };

const form = () => document.querySelector("[data-form]");
const source = () => form().dataset.source;
const key = () => ["draft", form().dataset.user, source()].filter(Boolean).join("-");
const undo = () => document.querySelector("[data-undo]");

function read(name) {
  const field = form().elements[name];
  return field.type === "checkbox" ? String(field.checked) : field.value;
}

function write(name, value) {
  const field = form().elements[name];
  if (field.type === "checkbox") field.checked = value === "true";
  // A collection may be gone since, or be another team's.
  else if (!field.options || [...field.options].some((option) => option.value === value)) field.value = value;
}

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(key()) ?? localStorage.getItem(key())) ?? {};
  } catch {
    return {};
  }
}

// What fills the gaps of a prompt belongs to the draft too.
const names = () => [...FIELDS, ...[...form().querySelectorAll("[data-gap], #beside")].map(({ name }) => name)];

const values = () => Object.fromEntries(names().map((name) => [name, read(name)]));
const started = values();
const isChanged = () => names().some((name) => read(name) !== started[name]);

function keep() {
  const draft = values();
  try {
    sessionStorage.setItem(key(), JSON.stringify(draft));
    if (!source()) localStorage.setItem(key(), JSON.stringify({ ...draft, ...OF_THIS_TAB }));
  } catch {
    // Storage is full or switched off: the draft then lives as long as the page.
  }
}

function refresh() {
  form().dispatchEvent(new Event("input", { bubbles: true }));
}

function restore() {
  const draft = stored();
  for (const name of names()) {
    if (typeof draft[name] === "string") write(name, draft[name]);
  }
  if (undo()) undo().hidden = !isChanged();
  refresh();
}

if (form().dataset.draft === "restore") restore();

document.addEventListener("input", (event) => {
  if (!event.isTrusted || !event.target.closest("[data-form]")) return;
  keep();
  if (undo()) undo().hidden = !isChanged();
  // From now on this is the draft: a reload must not bring the example back over it.
  history.replaceState(null, "", form().action);
});

// After an order the next one is for now again.
document.addEventListener("htmx:oobAfterSwap", ({ target }) => {
  if (target.id === "when") keep();
});

// Back to the values of the clip that this started from, once the browser has put them in.
document.addEventListener("reset", () => {
  undo().hidden = true;
  setTimeout(() => {
    refresh();
    keep();
  });
});
