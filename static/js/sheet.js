// A dialog over the page: a title, a button that closes it, and a body. It goes when it is closed.

function closeButton() {
  const button = document.createElement("button");
  button.className = "button";
  button.type = "button";
  button.textContent = "Close";
  button.addEventListener("click", ({ target }) => target.closest("dialog").close());
  return button;
}

function head(title, id) {
  const [bar, heading] = [document.createElement("div"), document.createElement("h2")];
  bar.className = "sheet-head";
  heading.id = id;
  heading.textContent = title;
  bar.append(heading, closeButton());
  return bar;
}

export function openSheet({ title, id, className = "sheet", content = "" }) {
  const [dialog, body] = [document.createElement("dialog"), document.createElement("div")];
  dialog.className = className;
  dialog.setAttribute("aria-labelledby", id);
  body.className = "sheet-body";
  body.append(content);
  dialog.append(head(title, id), body);
  dialog.addEventListener("click", ({ target }) => { if (target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return body;
}
