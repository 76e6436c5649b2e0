// Alt and ↑ bring back what one has ordered before, like a shell; Alt and ↓ lead back, at the end to what one had
// written. What is changed on the way stays changed until the form is ordered or left.

import { put } from "./put.js";

let history = null;
let at = 0;
let isPutting = false;

const field = () => document.getElementById("prompt");
const squeezed = (text) => text.split(/\s+/u).filter(Boolean).join(" ");

async function load(own) {
  const answer = await fetch(field().dataset.recall, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return null;
  const { texts } = await answer.json();
  return [own, ...texts.filter((text) => squeezed(text) !== squeezed(own))];
}

function say(text) {
  document.getElementById("prompt-said").textContent = text;
}

function where() {
  if (history.length === 1) return "Nothing else ordered yet.";
  return at ? `${at} of ${history.length - 1} that you ordered. Alt ↓ leads back to your text.` : "Your own text.";
}

// What is brought back was not made from the version that the form began with.
function tell(version) {
  if (!at) version.value = version.dataset.own ?? version.value;
  else {
    version.dataset.own ??= version.value;
    version.value = "";
  }
}

async function step(by) {
  history ??= await load(field().value);
  if (!history) return;
  const next = Math.min(Math.max(at + by, 0), history.length - 1);
  history[at] = field().value;
  if (next !== at) {
    at = next;
    isPutting = true;
    put(field(), history[at]);
    isPutting = false;
    tell(field().form.elements.prompt_version);
  }
  say(where());
}

function forget() {
  history = null;
  at = 0;
}

let turn = Promise.resolve();

document.addEventListener("keydown", (event) => {
  const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (!by || event.target !== field() || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  turn = turn.then(() => step(by)).catch(() => say("No answer from the studio. Try again in a moment."));
});

document.addEventListener("input", ({ target }) => {
  if (target === field() && !isPutting && history) say("");
});

// After an order, and in a form that came back, the history begins anew.
document.addEventListener("htmx:oobAfterSwap", ({ target }) => { if (target.id === "nonce") forget(); });
document.addEventListener("htmx:afterSwap", ({ target }) => { if (target.id === "order" || target.matches?.("[data-form]")) forget(); });
