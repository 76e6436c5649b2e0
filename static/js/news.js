// Tells those who do not see it that a clip has come or failed: once, not with every tick of its tile.

const OUTCOMES = { ready: "is ready", failed: "failed" };

document.addEventListener("htmx:oobBeforeSwap", ({ detail: { target, fragment } }) => {
  const changed = fragment.querySelector("[data-generation]");
  if (!changed || !target.dataset.generation || changed.dataset.state === target.dataset.state) return;
  const outcome = OUTCOMES[changed.dataset.state];
  if (!outcome) return;
  const news = document.createElement("p");
  news.textContent = `Clip “${changed.dataset.title}” ${outcome}.`;
  document.getElementById("news").append(news);
});
