// Takes what is on the form to the library's page for a new prompt. It is sent past htmx, which would order it.

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-to-library]");
  if (!button) return;
  const { form } = button;
  const before = form.getAttribute("action");
  const draft = document.createElement("input");
  [draft.type, draft.name, draft.value] = ["hidden", "draft", "yes"];
  form.append(draft);
  form.action = button.getAttribute("formaction");
  form.submit();
  form.setAttribute("action", before);
  draft.remove();
});
