// The clip page by keyboard, beside the player's own keys: what the panel has to press.

const TYPED = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const KEYS = {
  f: "main [data-act=favourite]",
  r: "main :is([data-act=remix], #panel .buttons a[href*='?from='])",
  "#": "#to-trash",
  Delete: "#to-trash",
};

document.addEventListener("keydown", (event) => {
  const { target, key, ctrlKey, metaKey, altKey } = event;
  if (event.defaultPrevented || ctrlKey || metaKey || altKey || event.repeat) return;
  if (target.closest?.(TYPED) || document.querySelector("dialog[open], details[data-menu][open]")) return;
  const pressed = Object.hasOwn(KEYS, key) && document.querySelector(KEYS[key]);
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
});
