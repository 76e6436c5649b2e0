// Choosing clips: the checkbox of a tile, Shift for all in between, x on the tile that has the focus, Escape for none.
// What is chosen is kept here, by id, since tiles are drawn anew whenever their clip changes. Other modules may send
// `selection:toggle` from inside a tile (detail.range for all since the last one) and `selection:clear`; whenever it
// has changed the bar sends `selection:change` with how many are chosen.

const MOST_COMPARED = 4;
const MOST_DOWNLOADED = 500;
const number = new Intl.NumberFormat("en");
const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const bar = () => document.getElementById("selection");
const part = (name) => bar().querySelector(`[data-${name}]`);
const boxes = () => [...document.querySelectorAll(".tile-select")];
const tileOf = (box) => box.closest("[data-generation]");

const chosen = new Set();
let all = false;
let last = null;

function toggle(box, isOn) {
  if (isOn) chosen.add(box.value);
  else chosen.delete(box.value);
  // One that is taken out of all leaves those that are shown.
  if (!isOn) all = false;
}

function choose(box, isOn, range) {
  const shown = boxes();
  const from = range ? shown.findIndex(({ value }) => value === last) : -1;
  const to = shown.indexOf(box);
  const between = from < 0 ? [box] : shown.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const one of between) toggle(one, isOn);
  last = box.value;
  draw();
}

function clear() {
  chosen.clear();
  all = false;
  draw();
}

// What came with a later page belongs to all that match; what has left the page is chosen no more.
let isFollowing = false;

function follow() {
  if (isFollowing || !bar()) return;
  isFollowing = true;
  requestAnimationFrame(() => {
    isFollowing = false;
    if (bar()) catchUp();
  });
}

function catchUp() {
  const shown = new Set(boxes().map(({ value }) => value));
  for (const id of chosen) if (!shown.has(id)) chosen.delete(id);
  if (all) for (const id of shown) chosen.add(id);
  draw();
}

function sum(tiles) {
  const cents = {};
  let seconds = 0;
  for (const { dataset } of tiles) {
    seconds += Number(dataset.seconds);
    cents[dataset.sign] = (cents[dataset.sign] ?? 0) + Number(dataset.cents);
  }
  return [`${number.format(seconds)} s`, ...Object.entries(cents).map(([sign, amount]) => sign + money.format(amount / 100))];
}

function say(name, text) {
  if (part(name).textContent !== text) part(name).textContent = text;
}

function drawHead(shown, tiles) {
  const found = document.getElementById("count-number")?.dataset.found;
  const count = all ? found && number.format(found) : number.format(chosen.size);
  say("chosen", all ? `All${count ? ` ${count}` : ""} selected` : chosen.size ? `${count} selected` : "");
  say("sum", all || !tiles.length ? "" : sum(tiles).join(" · "));
  const isWhole = shown.length > 0 && chosen.size === shown.length;
  const hasMore = document.querySelector(".older") !== null;
  const everything = part("select=all");
  everything.hidden = all || !isWhole || !hasMore;
  everything.textContent = found ? `All ${number.format(found)} that match` : "All that match";
  part("select=shown").hidden = isWhole;
}

function drawVerbs(tiles) {
  const ready = tiles.every(({ dataset }) => dataset.state === "ready");
  if (part("compare")) {
    const link = part("compare");
    link.hidden = all || tiles.length < 2 || tiles.length > MOST_COMPARED || !ready;
    link.search = new URLSearchParams({ clips: [...chosen].join(",") });
  }
  if (part("download")) part("download").disabled = all || chosen.size > MOST_DOWNLOADED;
  if (!part("favourite")) return;
  const isSet = tiles.length > 0 && tiles.every((tile) => tile.querySelector("[data-act=favourite][aria-pressed=true]"));
  part("favourite").value = isSet ? "unfavourite" : "favourite";
  part("favourite").querySelector("span").textContent = isSet ? "Remove favourite" : "Favourite";
}

// Other things at the bottom of the window keep clear of the bar.
function measure() {
  if (bar()) document.documentElement.style.setProperty("--selection", `${bar().offsetHeight}px`);
}

function draw() {
  const shown = boxes();
  for (const box of shown) box.checked = chosen.has(box.value);
  const tiles = shown.filter(({ checked }) => checked).map(tileOf);
  bar().elements.all.disabled = !all;
  bar().classList.toggle("is-open", chosen.size > 0);
  document.documentElement.toggleAttribute("data-selecting", chosen.size > 0);
  drawHead(shown, tiles);
  drawVerbs(tiles);
  measure();
  document.dispatchEvent(new CustomEvent("selection:change", { detail: { count: chosen.size, all } }));
}

const SELECT = {
  shown: () => { for (const box of boxes()) toggle(box, true); },
  all: () => { all = true; for (const box of boxes()) chosen.add(box.value); },
  none: () => { chosen.clear(); all = false; },
};

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".tile-select");
  if (box) choose(box, box.checked, event.shiftKey);
  const button = event.target.closest?.("[data-select]");
  if (!button || !bar()?.contains(button)) return;
  const hadFocus = document.activeElement === button;
  SELECT[button.dataset.select]();
  draw();
  if (hadFocus && !button.checkVisibility()) document.querySelector(".tile-open[data-focus]")?.focus({ preventScroll: true });
});

// With Shift a press would mark the page's text.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest(".tile-select")) event.preventDefault();
});

const boxIn = (target) => target.closest?.("[data-generation]")?.querySelector(".tile-select");

document.addEventListener("selection:toggle", ({ target, detail }) => {
  const box = boxIn(target);
  if (box) choose(box, !box.checked, detail?.range);
});
document.addEventListener("selection:clear", clear);

const TYPED = "textarea, select, input:not([type=checkbox])";
const isElsewhere = () => document.querySelector("dialog[open], [data-menu][open], :popover-open") !== null;

document.addEventListener("keydown", (event) => {
  if (!bar() || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPED)) return;
  if (event.key === "Escape" && chosen.size && !isElsewhere()) clear();
  const box = event.key.toLowerCase() === "x" && boxIn(event.target);
  if (box) choose(box, !box.checked, event.shiftKey);
});

// Enter in a field of the bar presses the button beside it, not the bar's first.
document.addEventListener("keydown", (event) => {
  const sheet = event.target.closest?.(".selection-sheet");
  if (!sheet || event.key !== "Enter" || !event.target.matches("input")) return;
  event.preventDefault();
  sheet.querySelector("[type=submit]").click();
});

document.addEventListener("htmx:afterSettle", follow);
document.addEventListener("htmx:oobAfterSwap", follow);
document.addEventListener("htmx:historyRestore", follow);
document.addEventListener("tiles:back", follow);

// What was done is said; the sheet that asked for it closes.
document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful, requestConfig } }) => {
  if (!bar()?.contains(elt) || !successful || requestConfig.verb !== "post") return;
  bar().querySelector(":popover-open")?.hidePopover();
  for (const field of bar().querySelectorAll(".selection-sheet input")) field.value = "";
  draw();
  if (document.activeElement === document.body && elt.checkVisibility()) elt.focus({ preventScroll: true });
});

window.addEventListener("resize", measure);

// A browser that comes back to a page, or loads it again, may have kept what was checked.
function start() {
  if (!bar()) return;
  for (const box of boxes()) if (box.checked) chosen.add(box.value);
  draw();
}

window.addEventListener("pageshow", start);
start();
