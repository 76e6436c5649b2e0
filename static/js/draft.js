// Keeps what is typed in this browser, a draft per person, so that it survives a reload.
// A page that brings its own values (a remix, a refused order) is left alone until somebody types.

const FIELDS = ["prompt", "negative_prompt", "aspect_ratio", "duration", "cfg_scale", "takes"];

const form = () => document.querySelector("[data-form]");
const key = () => `draft-${form().dataset.user}`;

function stored() {
  try {
    return JSON.parse(localStorage.getItem(key())) ?? {};
  } catch {
    return {};
  }
}

function keep() {
  const values = Object.fromEntries(FIELDS.map((name) => [name, form().elements[name].value]));
  try {
    localStorage.setItem(key(), JSON.stringify(values));
  } catch {
    // Storage is full or switched off: the draft then lives as long as the page.
  }
}

function restore() {
  const draft = stored();
  for (const name of FIELDS) {
    if (typeof draft[name] === "string") form().elements[name].value = draft[name];
  }
  form().dispatchEvent(new Event("input", { bubbles: true }));
}

if (form().dataset.draft === "restore") restore();

document.addEventListener("input", (event) => {
  if (event.isTrusted && event.target.closest("[data-form]")) keep();
});
