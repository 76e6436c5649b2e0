// Selecting by finger: a long press selects a tile, and while something is selected a tap does.
// What a press does stays with the tile's own checkbox.

const LONG_MS = 450;
const STILL_PX = 10;

let press = null;
let isDone = false;

const boxOf = (tile) => tile?.querySelector(".tile-select");
const isSelecting = () => document.querySelector(".tile-select:checked") !== null;

function end() {
  clearTimeout(press?.timer);
  press?.tile.removeAttribute("data-held");
  press = null;
}

function select() {
  boxOf(press.tile)?.click();
  isDone = true;
  end();
}

document.addEventListener("pointerdown", (event) => {
  end();
  isDone = false;
  const tile = event.target.closest?.(".tile-open")?.closest(".tile");
  if (event.pointerType !== "touch" || !event.isPrimary || !boxOf(tile)) return;
  press = { tile, x: event.clientX, y: event.clientY, timer: setTimeout(select, LONG_MS) };
  tile.setAttribute("data-held", "");
});

document.addEventListener("pointermove", ({ clientX, clientY }) => {
  if (press && Math.hypot(clientX - press.x, clientY - press.y) > STILL_PX) end();
});

for (const name of ["pointerup", "pointercancel", "scroll"]) document.addEventListener(name, end, { capture: true });

// The browser's own menu of a link would lie over what was selected.
document.addEventListener("contextmenu", (event) => {
  if (press || isDone) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const tile = event.target.closest?.(".tile-open")?.closest(".tile");
  if (isDone && event.pointerType === "touch") event.preventDefault();
  else if (event.pointerType === "touch" && boxOf(tile) && isSelecting()) {
    event.preventDefault();
    boxOf(tile).click();
  }
  isDone = false;
}, { capture: true });
