// Keeps the numbers beside the sliders, the card and the button true while the form changes.
// Prices come from the page, in cents for each duration, so nothing is rounded here.

const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const say = (selector, text) => {
  const element = document.querySelector(selector);
  if (element && element.textContent !== text) element.textContent = text;
};

const word = (guidance) => (guidance <= 0.33 ? "Creative" : guidance >= 0.67 ? "Strict" : "Balanced");

function refresh() {
  const form = document.querySelector("[data-form]");
  if (!form) return;
  const { duration, takes, cfg_scale: guidance } = form.elements;
  // Two texts side by side are as many clips of each.
  const texts = Number(form.dataset.texts ?? 1);
  const count = Number(takes.value) * texts;
  const cents = Number(form.querySelector(`option[value="${duration.value}"]`).dataset.cents);
  const sign = form.querySelector("[data-together]")?.dataset.sign;
  const price = (amount) => sign + money.format(amount / 100);

  form.dataset.cost = cents * count;
  say("[data-value=duration]", `${duration.value} s`);
  say("[data-value=cfg_scale]", String(Number(guidance.value)));
  say("[data-word=cfg_scale]", word(Number(guidance.value)));
  say("[data-takes-shown]", count === 1 ? `1 clip, ${duration.value} s` : `${count} ${texts > 1 ? "clips" : "takes"} × ${duration.value} s`);
  say("[data-each]", count === 1 ? price(cents) : `${price(cents)} each`);
  for (const place of ["[data-together]", "[data-together-too]"]) say(place, price(cents * count));
  say("[data-says]", `${count > 1 ? `${count} × ` : ""}${duration.value} s · ${price(cents * count)}`);
  duration.setAttribute("aria-valuetext", `${duration.value} seconds`);
  guidance.setAttribute("aria-valuetext", `${guidance.value}, ${word(Number(guidance.value))}`);

  const frame = form.querySelector("[name=aspect_ratio]:checked");
  if (!frame) return;
  form.querySelector("[data-picture]").className = `job-picture ratio-${frame.dataset.shape}`;
  say("[data-pixels-shown]", frame.dataset.pixels);
}

document.addEventListener("input", refresh);
document.addEventListener("htmx:afterSettle", refresh);
refresh();
