// What went to the trash from this page comes back to its place when that is undone.

let gone = [];

function remember(answer) {
  const pieces = document.createElement("template");
  pieces.innerHTML = answer;
  const tiles = [...pieces.content.querySelectorAll("[hx-swap-oob=delete]")].map(({ id }) => document.getElementById(id));
  gone = tiles.filter(Boolean).map((tile) => ({ tile, rows: tile.parentElement, next: tile.nextElementSibling }));
  // Backwards through the page, so that what stood behind a tile is there when it comes back.
  gone.sort((one, other) => (one.tile.compareDocumentPosition(other.tile) & Node.DOCUMENT_POSITION_FOLLOWING ? 1 : -1));
}

function bringBack() {
  for (const { tile, rows, next } of gone) {
    if (!rows.isConnected || document.getElementById(tile.id)) continue;
    rows.insertBefore(tile, next?.parentElement === rows ? next : null);
    htmx.process(tile);
  }
  gone = [];
  document.dispatchEvent(new CustomEvent("tiles:back"));
}

document.addEventListener("htmx:beforeSwap", ({ detail: { requestConfig, serverResponse } }) => {
  if (requestConfig?.parameters.action === "trash") remember(serverResponse);
});

// The form that was sent has left the page with its message by then.
document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, successful } }) => {
  if (successful && requestConfig.elt.matches("[data-undo-trash]")) bringBack();
});

// The button that was pressed went with what was chosen: the keyboard goes on at what takes it back.
document.addEventListener("htmx:afterSettle", () => {
  const undo = document.querySelector(".message--passing [data-undo-trash] button");
  if (undo && document.activeElement === document.body) undo.focus({ preventScroll: true });
});
