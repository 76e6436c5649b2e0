// Counts characters as the server does: code points, line ends as one. Browsers count UTF-16 units for
// maxlength, so it is replaced here.

import { filled } from "./gaps.js";

const numbers = new Intl.NumberFormat("en");

const length = (text) => [...text.replaceAll("\r\n", "\n")].length;

function refresh() {
  for (const field of document.querySelectorAll("textarea[data-max]")) {
    field.removeAttribute("maxlength");
    const count = document.getElementById(field.dataset.count);
    const now = length("text" in field.dataset ? filled(field.value) : field.value);
    const over = now - Number(field.dataset.max);
    count.toggleAttribute("data-over", over > 0);
    count.querySelector("[data-now]").textContent = over > 0 ? `${numbers.format(over)} too many · ${now} / ` : `${now} / `;
    const mirror = document.querySelector(`[data-mirror="${field.name}"]`);
    if (mirror) mirror.textContent = field.value.trim() || "nothing is ruled out";
  }
}

document.addEventListener("input", refresh);
document.addEventListener("htmx:afterSettle", refresh);
refresh();
