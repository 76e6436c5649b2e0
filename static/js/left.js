// Who starts from a prompt while something is written finds the way back to it: each place has a draft of its own.

const form = () => document.querySelector("[data-form]");
const key = () => `left-${form().dataset.user}`;

// An example that nobody has typed into is no draft.
const isKept = () => form().dataset.draft === "restore" || location.href === form().action;

export function leave() {
  try {
    if (form().elements.prompt.value.trim() && isKept()) sessionStorage.setItem(key(), form().action);
  } catch {
    // Without storage there is no draft to come back to.
  }
}

function offer() {
  const [left, link] = [sessionStorage.getItem(key()), form().querySelector("[data-left]")];
  if (left === form().action) sessionStorage.removeItem(key());
  else if (left && link) {
    link.href = left;
    link.hidden = false;
  }
}

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-use]")) leave();
});
document.addEventListener("htmx:afterSettle", offer);
offer();
