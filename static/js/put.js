// Puts a text into a field as if it were typed: so it is counted, kept as the draft, and undone by the keyboard.

export function put(field, text, from = 0, to = field.value.length) {
  const whole = field.value.slice(0, from) + text + field.value.slice(to);
  field.focus();
  field.setSelectionRange(from, to);
  if (from < to || text) document.execCommand(text ? "insertText" : "delete", false, text);
  if (field.value === whole) return;
  field.value = whole;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
