// Fills the gaps of a prompt while somebody types, as the server does: what is left open stays in braces.

const GAP = /\{\{\s*([^|:{}]*?)\s*(?:[|:](?:(?!\{\{|\}\}).)*)?\}\}/gs;

const squeezed = (text) => text.split(/\s+/u).filter(Boolean).join(" ");

function values() {
  const fields = [...document.querySelectorAll("[data-gap]")];
  return new Map(fields.map(({ value, dataset }) => [dataset.gap, squeezed(value) || dataset.default]));
}

// The text as it would be sent.
export function filled(text) {
  const given = values();
  return given.size ? text.replace(GAP, (whole, name) => given.get(name) ?? whole) : text;
}

// The names of what stands in braces and has neither a field yet nor a default.
export function withoutField(text) {
  const fields = new Set([...document.querySelectorAll("[data-gap]")].map(({ dataset }) => dataset.gap));
  return [...text.matchAll(GAP)].filter(([whole, name]) => !whole.includes("|") && !fields.has(name)).map(([, name]) => name);
}

function refresh() {
  for (const final of document.querySelectorAll("[data-final]")) {
    final.textContent = filled(document.getElementById(final.dataset.final).value);
  }
}

document.addEventListener("input", refresh);
document.addEventListener("htmx:afterSettle", refresh);
refresh();
