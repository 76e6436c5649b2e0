// Says in the page's live region when something pressed came to nothing. The poller is silent: it asks again anyway.
// Pressing again is always safe: an order carries a one-use number, and every other verb works once. Where it cannot
// help, since the page is from before another sign-in, the message has a button to reload.

const ANSWERS = {
  0: "No answer from the studio. Nothing is lost, and pressing again is safe: nothing is paid twice.",
  403: "This page has gone stale: nothing was done, and no money moved. Reload it, then press again: what you typed stays.",
  404: "That is not here any more: nothing was done, and no money moved. Reload the page.",
};
const NEEDS_RELOAD = [403, 404];
const BROKEN = "Something broke on our side. Nothing is lost, and pressing again is safe: nothing is paid twice.";
const REFUSED = "That was refused: nothing was done, and no money moved. Reload the page, then try again.";

function forgetWhatWasSaid() {
  document.getElementById("messages").replaceChildren();
  document.getElementById("order-message")?.replaceChildren();
}

function reloadButton() {
  const button = document.createElement("button");
  button.className = "button";
  button.type = "button";
  button.textContent = "Reload";
  button.addEventListener("click", () => location.reload());
  return button;
}

function say(status) {
  const message = document.createElement("div");
  message.className = "message message--error message--passing";
  message.textContent = ANSWERS[status] ?? (status < 500 ? REFUSED : BROKEN);
  if (NEEDS_RELOAD.includes(status)) message.append(reloadButton());
  document.getElementById("messages").replaceChildren(message);
}

// The request itself is listened to: the element that sent it may be gone from the page by then.
document.addEventListener("htmx:beforeSend", ({ detail: { elt, requestConfig, xhr } }) => {
  if (elt.id === "live") return;
  // What is pressed inside a message stays in the page until it is answered; what goes off by itself some time after
  // the last letter may come when the press that followed has been answered already.
  const isPressed = requestConfig.verb !== "get" && requestConfig.triggeringEvent?.type !== "input";
  if (isPressed && !elt.closest("#messages")) forgetWhatWasSaid();
  for (const end of ["load", "error", "timeout"]) {
    xhr.addEventListener(end, () => {
      if (xhr.status >= 200 && (xhr.status < 400 || xhr.status === 422)) return;
      say(xhr.status);
    });
  }
});
