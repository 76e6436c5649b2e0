// The gallery by keyboard: arrows go from tile to tile by where they stand, letters press what a tile or the bar has.
// What selects (x, Escape) is in selection.js. Nothing happens while somebody types, with Ctrl, Alt, Command or Shift held, or behind an open dialog.

const { create, compare } = document.querySelector("script[data-compare]").dataset;
const TYPED = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const MOST_COMPARED = 4;

const isShown = (element) => element.getClientRects().length > 0;
const tiles = () => [...document.querySelectorAll(".rows > .tile")].filter(isShown);
const current = () => document.activeElement?.closest(".rows > .tile") ?? null;
const linkOf = (tile) => tile.querySelector("a.tile-open");
const chosen = () => [...document.querySelectorAll(".tile-select:checked")];

// Where the next arrow up or down starts from: a column is kept through rows of other widths.
let column = null;
// The tile that had the keyboard last: one goes on from there after a press elsewhere.
let last = null;

const middle = ({ left, width }) => left + width / 2;
const distance = ({ left, right }, x) => Math.max(left - x, x - right, 0);

// The rows above or below, nearest first: tiles of one row begin at one height.
function row(from, way, all) {
  const top = from.getBoundingClientRect().top;
  const beyond = all.map((tile) => ({ tile, box: tile.getBoundingClientRect() })).filter(({ box }) => (box.top - top) * way > 1);
  const nearest = Math.min(...beyond.map(({ box }) => Math.abs(box.top - top)));
  return beyond.filter(({ box }) => Math.abs(Math.abs(box.top - top) - nearest) <= 1);
}

function vertical(from, way, all) {
  column ??= middle(from.getBoundingClientRect());
  const found = row(from, way, all);
  const away = ({ box }) => distance(box, column) * 1e4 + Math.abs(middle(box) - column);
  return found.sort((one, other) => away(one) - away(other))[0]?.tile;
}

const beside = (from, way, all) => all[all.indexOf(from) + way];

const MOVES = {
  ArrowLeft: (from, all) => beside(from, -1, all),
  ArrowRight: (from, all) => beside(from, 1, all),
  ArrowUp: (from, all) => vertical(from, -1, all),
  ArrowDown: (from, all) => vertical(from, 1, all),
  Home: (from, all) => all[0],
  End: (from, all) => all.at(-1),
};

function firstInSight(all) {
  const bar = document.querySelector(".top")?.getBoundingClientRect().bottom ?? 0;
  return all.find((tile) => tile.getBoundingClientRect().bottom > bar + 1) ?? all[0];
}

function move(key) {
  const all = tiles();
  const from = current() ?? (last?.isConnected ? last : document.getElementById(last?.id));
  if (!["ArrowUp", "ArrowDown"].includes(key)) column = null;
  const hasStart = all.includes(from) || !key.startsWith("Arrow");
  const to = hasStart ? MOVES[key](from, all) : firstInSight(all);
  if (!to) return;
  linkOf(to).focus({ preventScroll: true, focusVisible: true });
  to.scrollIntoView({ block: "nearest" });
}

function remix(tile) {
  if (create) location.assign(`${create}?from=${tile.dataset.generation}`);
}

const barButton = (name) => document.querySelector(`#selection :is([data-${name}], [value="${name}"])`);

function compareChosen() {
  const ids = chosen().map(({ value }) => value);
  if (barButton("compare")) {
    if (!barButton("compare").hidden) barButton("compare").click();
  } else if (ids.length > 1 && ids.length <= MOST_COMPARED) location.assign(`${compare}?clips=${ids.join()}`);
}

// What is selected, as the bar does it; with nothing selected the tile that has the keyboard.
function trash(tile) {
  if (!barButton("trash")) return;
  if (!chosen().length) tile?.querySelector(".tile-select")?.click();
  if (chosen().length) barButton("trash").click();
}

const ON_A_TILE = {
  f: (tile) => tile.querySelector("[data-act=favourite]")?.click(),
  r: remix,
};
const ANYWHERE = { c: compareChosen, "#": trash, Delete: trash };

function search() {
  const field = document.querySelector("main [name=q]:not([type=hidden])");
  field?.focus();
  field?.select();
  return field !== null;
}

function isFree({ target, ctrlKey, metaKey, altKey, shiftKey, key }) {
  const isNeeded = shiftKey && key !== "#" && key !== "/";
  if (ctrlKey || metaKey || altKey || isNeeded || target.closest?.(TYPED)) return false;
  return !document.querySelector("dialog[open], details[data-menu][open], :popover-open");
}

// The page's own keys stay with whatever else has the keyboard: only a tile, or nothing at all, gives arrows away.
function isAtTiles({ target }) {
  const isNowhere = target === document.body || target.id === "main";
  return target.closest?.(".rows") || (isNowhere && document.querySelector("main.gallery"));
}

function press(event) {
  const { key } = event;
  const tile = current();
  if (Object.hasOwn(MOVES, key) && isAtTiles(event)) move(key);
  else if (key === " " && event.target.matches?.("a.tile-open[data-preview]")) event.target.dispatchEvent(new CustomEvent("preview", { bubbles: true }));
  else if (tile && Object.hasOwn(ON_A_TILE, key)) ON_A_TILE[key](tile);
  else if (Object.hasOwn(ANYWHERE, key) && tiles().length) ANYWHERE[key](tile);
  else return key === "/" && search();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (isFree(event) && press(event)) event.preventDefault();
});

document.addEventListener("focusin", ({ target }) => {
  last = target.closest?.(".rows > .tile") ?? last;
});

document.addEventListener("pointerdown", () => { column = null; });
