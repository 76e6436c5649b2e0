// Says beside the button, while somebody types, why this cannot be ordered yet, and takes back what was said of a
// field that has changed since. An empty prompt is no fault before something was written.

import { withoutField } from "./gaps.js";

// What was made before is the same wish, whatever these say.
const BESIDE_THE_WISH = ["takes", "when", "is_private"];

let hasWritten = false;

const isOver = ({ dataset }) => dataset.count && document.getElementById(dataset.count).hasAttribute("data-over");
const isMissing = (field) => (hasWritten || field.dataset.gap) && field.required && !field.value.trim();

function reason(field) {
  if (isOver(field)) return field.dataset.over;
  if (isMissing(field)) return field.dataset.missing;
  const [open] = field.id === "prompt" ? withoutField(field.value) : [];
  return open ? `“${open}” is not filled in. Generate brings up its field first.` : "";
}

function takeBack(form, name) {
  for (const item of form.querySelectorAll(`#order-errors [data-field="${name}"]`)) item.remove();
  for (const field of form.querySelectorAll(`[name="${name}"]`)) field.removeAttribute("aria-invalid");
  document.getElementById(`${name}-error`)?.replaceChildren();
}

function add(form, field, text) {
  const [item, link] = [document.createElement("li"), document.createElement("a")];
  item.dataset.field = field.name;
  link.href = `#${field.id}`;
  link.textContent = text;
  item.append(link);
  form.querySelector("#order-errors ol").append(item);
  field.setAttribute("aria-invalid", "true");
}

function judge(form, field) {
  const text = reason(field);
  const said = form.querySelector(`#order-errors [data-field="${field.name}"]`)?.textContent ?? "";
  if (text && text === said) return;
  takeBack(form, field.name);
  if (text) add(form, field, text);
}

function showOrHide(box) {
  box.hidden = !box.querySelector("li");
  if (box.hidden) box.querySelector("b").textContent = box.dataset.head;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-form]");
  if (!form) return;
  if (event.isTrusted) document.getElementById("order-message").replaceChildren();
  if (!BESIDE_THE_WISH.includes(event.target.name)) document.getElementById("earlier-place").replaceChildren();
  hasWritten ||= event.isTrusted && event.target.name === "prompt";
  for (const field of event.target === form ? form.querySelectorAll("textarea") : [event.target]) judge(form, field);
  showOrHide(form.querySelector("#order-errors"));
});

// A press is judged by the server alone.
document.addEventListener("htmx:beforeRequest", ({ target: form }) => {
  if (!form.matches?.("[data-form]")) return;
  for (const { name } of form.elements) if (name) takeBack(form, name);
  const box = form.querySelector("#order-errors");
  box.querySelector("ol").replaceChildren();
  showOrHide(box);
});
