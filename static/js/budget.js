// Keeps true what is left after this order, and says in the list of reasons which limit it would pass.
// The sums come from the page in hundredths, the sentences with a place for the sum that is missing.

const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const MISSING = "{}";

const reasons = (form) => form.querySelector("#order-errors");
const isBlocked = (form) => reasons(form).querySelector("[data-barrier], [data-short]") !== null;

function draw(form, cost, price) {
  const after = form.querySelector("[data-after]");
  if (!after) return;
  const left = Number(after.dataset.free) - cost;
  after.textContent = left < 0 ? "" : price(left);
  after.parentElement.hidden = left < 0;
  const limit = Number(form.querySelector("[data-limit]").dataset.limit);
  form.querySelector("[data-order]").setAttribute("width", limit ? (100 * cost) / limit : 0);
}

function shortages(form, cost, price) {
  if (form.querySelector("[data-barrier]")) return [];
  return [...form.querySelectorAll("[data-budget]")]
    .filter(({ dataset }) => cost > Number(dataset.free))
    .map(({ dataset }) => dataset.lacks.replace(MISSING, () => price(cost - Number(dataset.free))));
}

// What is said already stays as it is: a live region is read again when it changes.
function say(box, texts) {
  const said = [...box.querySelectorAll("[data-short]")];
  if (said.map((item) => item.textContent.trim()).join() === texts.join()) return;
  for (const item of said) item.remove();
  box.querySelector("ol").prepend(...texts.map((text) => {
    const item = document.createElement("li");
    item.dataset.short = "";
    item.textContent = text;
    return item;
  }));
}

function mark(element, name, value) {
  if (value) element.setAttribute(name, value);
  else element.removeAttribute(name);
}

function refresh() {
  const form = document.querySelector("[data-form]");
  const together = form?.querySelector("[data-together]");
  if (!together) return;
  const cost = Number(form.dataset.cost);
  const price = (cents) => together.dataset.sign + money.format(cents / 100);
  draw(form, cost, price);
  const box = reasons(form);
  say(box, shortages(form, cost, price));
  box.hidden = !box.querySelector("li");
  mark(form.querySelector("#generate"), "aria-disabled", isBlocked(form) && "true");
  mark(form.querySelector("#generate"), "aria-describedby", !box.hidden && box.id);
}

// A press that cannot be paid goes to the reasons, and asks whether somebody has raised the limit meanwhile.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-form]") || !isBlocked(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  reasons(event.target).focus();
  htmx.trigger(document.body, "live");
}, { capture: true });

document.addEventListener("input", refresh);
document.addEventListener("htmx:afterSettle", refresh);
refresh();
