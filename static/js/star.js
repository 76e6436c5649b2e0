// A star is filled, or empty again, the moment it is pressed; it goes back if that came to nothing.

const button = (form) => form.querySelector("[data-act=favourite]");
const isOn = (form) => button(form).getAttribute("aria-pressed") === "true";
const before = new WeakMap();

function set(form, on) {
  button(form).setAttribute("aria-pressed", String(on));
  button(form).value = on ? "unfavourite" : "favourite";
}

document.addEventListener("htmx:beforeSend", ({ detail: { elt } }) => {
  if (!elt.matches(".tile-star")) return;
  before.set(elt, isOn(elt));
  set(elt, !isOn(elt));
});

document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
  if (elt.matches(".tile-star") && !successful && before.has(elt)) set(elt, before.get(elt));
});
