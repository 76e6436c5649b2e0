// A tile or a card moves while somebody looks at it: after a short rest of the pointer or with the keyboard on it. The
// video is made for that and removed again, so that a gallery of a thousand clips holds one at most.

const REST_MS = 150;
const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.connection?.saveData;

let shown = null;
let waiting = null;

// Who presses for it sees it move, also where nothing moves by itself.
function show(link, isAsked = false) {
  if (shown?.link === link) return;
  hide();
  if (isCalm() && !isAsked) return;
  const video = document.createElement("video");
  Object.assign(video, { src: link.dataset.preview, muted: true, loop: true, playsInline: true, tabIndex: -1 });
  video.setAttribute("aria-hidden", "true");
  shown = { link, video };
  video.play().catch(() => {});
  // The poster stays until there is something that moves.
  video.addEventListener("playing", () => { if (shown?.video === video) link.append(video); }, { once: true });
}

function hide() {
  clearTimeout(waiting);
  if (!shown) return;
  shown.video.pause();
  shown.video.removeAttribute("src");
  shown.video.load();
  shown.video.remove();
  shown = null;
}

function linkIn(target) {
  return target.closest?.(".tile, .card")?.querySelector("[data-preview]") ?? null;
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const link = linkIn(event.target);
  clearTimeout(waiting);
  if (link) waiting = setTimeout(show, REST_MS, link);
  else hide();
});

document.addEventListener("focusin", ({ target }) => {
  const link = target.matches?.("[data-preview]:focus-visible") ? target : null;
  clearTimeout(waiting);
  if (link) waiting = setTimeout(show, REST_MS, link);
});

document.addEventListener("preview", ({ target: link }) => {
  clearTimeout(waiting);
  if (shown?.link === link) hide();
  else show(link, true);
});

document.addEventListener("focusout", hide);
document.documentElement.addEventListener("pointerleave", hide);
document.addEventListener("visibilitychange", hide);
