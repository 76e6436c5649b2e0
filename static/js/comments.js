// Comments at a moment of the clip: a new one takes the moment that the player shows, a press on a time goes there,
// and what is open has marks under the seek bar. Without scripts the moment is typed, and the times are links.

import { Frames, timecode } from "./frames.js";

const NEAR_PX = 30;
const NEAR_TOUCH_PX = 46;
const NOT_WRITTEN = "This was not written: the studio did not take it. What you typed stays; reload the page in another tab to see why.";
const isWide = matchMedia("(width >= 64rem)");
const isTouch = matchMedia("(pointer: coarse)");

// In the review queue the next clip waits beside this one: each place has a video of its own.
const placeOf = (element) => element?.closest("[data-clip]") ?? document.querySelector("[data-player]");
const videoOf = (element) => placeOf(element)?.querySelector("video") ?? null;
const framesOf = (element) => new Frames(placeOf(element)?.dataset.frames, placeOf(element)?.dataset.seconds);

// The first whole millisecond of the frame that is shown.
function momentOf(element) {
  const frames = framesOf(element);
  return Math.ceil(frames.at(videoOf(element).currentTime) * frames.length * 1000 - 0.001);
}

function written(ms) {
  const pad = (number, length) => String(number).padStart(length, "0");
  return `${Math.floor(ms / 60_000)}:${pad(Math.floor(ms / 1000) % 60, 2)}.${pad(ms % 1000, 3)}`;
}

function read(text) {
  const found = /^\s*(?:(\d{1,3}):)?(\d{1,3})(?:[.,](\d{1,3}))?\s*$/.exec(text);
  return found && (Number(found[1] ?? 0) * 60 + Number(found[2])) * 1000 + Number((found[3] ?? "").padEnd(3, "0"));
}

function seek(element, ms) {
  const video = videoOf(element);
  if (!video) return;
  const frames = framesOf(element);
  video.pause();
  video.currentTime = frames.middle(frames.at(ms / 1000));
}

// The box: its moment follows the player until somebody writes, or has chosen another one.

const forms = () => document.querySelectorAll("[data-comment-form]:not([data-answer])");
const parts = (form) => ({ text: form.elements.text, moment: form.elements.moment, whole: form.querySelector("[data-whole]"), say: form.querySelector("[data-say]") });

function draw(form) {
  const { moment, whole, say } = parts(form);
  const ms = read(moment.value);
  whole.hidden = videoOf(form) === null;
  whole.setAttribute("aria-pressed", String(moment.value === ""));
  if (moment.value === "") say.textContent = videoOf(form) ? "Comment on the whole clip" : "Comment";
  else say.textContent = ms === null ? "Comment" : `Comment at ${timecode(ms / 1000)}`;
}

function follow(form) {
  const { text, moment } = parts(form);
  const video = videoOf(form);
  const isWriting = text.value !== "" && !video?.paused;
  const isElsewhere = "chosen" in form.dataset || isWriting || document.activeElement === moment;
  if (!video || video.readyState === 0 || isElsewhere) return;
  moment.value = written(momentOf(form));
  draw(form);
}

const followAll = () => forms().forEach(follow);

function listenToVideos() {
  for (const video of document.querySelectorAll("[data-player] video, [data-clip] video")) {
    if (video.dataset.heard) continue;
    video.dataset.heard = "yes";
    for (const name of ["timeupdate", "seeked", "loadedmetadata", "pause"]) video.addEventListener(name, followAll);
  }
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("[data-comment-form]");
  if (!form) return;
  target.removeAttribute("aria-invalid");
  document.getElementById(target.getAttribute("aria-describedby")?.split(" ").at(-1))?.replaceChildren();
  if ("answer" in form.dataset) return;
  // Whoever begins to write means what they see.
  if (target.name === "text" && target.value !== "") videoOf(form)?.pause();
  if (target.name === "moment") form.dataset.chosen = "yes";
  draw(form);
});

document.addEventListener("click", ({ target }) => {
  const whole = target.closest("[data-whole]");
  if (!whole) return;
  const { moment } = parts(whole.form);
  if (moment.value === "") {
    delete whole.form.dataset.chosen;
    follow(whole.form);
  } else {
    whole.form.dataset.chosen = "yes";
    moment.value = "";
    draw(whole.form);
  }
});

// Sent: an empty box again, and an answer's is closed. Refused: the server's words are at the fields by now.
document.addEventListener("htmx:beforeSwap", ({ detail: { requestConfig, xhr } }) => {
  const form = requestConfig?.elt;
  if (!form?.matches("[data-comment-form]") || xhr.status !== 200) return;
  form.reset();
  delete form.dataset.chosen;
  form.querySelectorAll(".error").forEach((error) => error.replaceChildren());
  const answer = form.closest("details");
  if (answer) answer.open = false;
});

document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, xhr } }) => {
  const form = requestConfig?.elt;
  if (!form?.matches("[data-comment-form]") || xhr.status !== 422) return;
  const wrong = [...form.elements].filter(({ name, id }) => id && document.getElementById(`${name}-problem-${id.split("-").slice(1).join("-")}`)?.textContent.trim());
  wrong.forEach((field) => field.setAttribute("aria-invalid", "true"));
  wrong[0]?.focus();
});

// Not written at all: the clip is out of sight by now, or nobody answered. What was typed stays.
document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, xhr } }) => {
  const form = requestConfig?.elt;
  if (!form?.matches("[data-comment-form]") || xhr.status === 200 || xhr.status === 422) return;
  form.querySelector(".error").textContent = NOT_WRITTEN;
});

// Where the keyboard goes on when what was pressed is not there any more.
document.addEventListener("htmx:afterSettle", ({ detail: { requestConfig, target } }) => {
  if (!requestConfig?.elt.closest?.(".comments") || document.activeElement !== document.body) return;
  const section = document.getElementById(target.id)?.closest(".comments");
  section?.querySelector("h2")?.focus({ preventScroll: true });
});

// A comment's own link, from anywhere: it is shown, and its moment.

const named = () => (/^#comment-\d+$/.test(location.hash) ? document.querySelector(location.hash) : null);

function show(comment, { scroll }) {
  for (const other of document.querySelectorAll("[data-comment][data-shown]")) other.removeAttribute("data-shown");
  comment.dataset.shown = "";
  const settled = comment.closest("details");
  if (settled) settled.open = true;
  const { ms } = comment.closest("[data-thread]").dataset;
  if (ms !== undefined) seek(comment, Number(ms));
  if (scroll) comment.scrollIntoView({ block: isWide.matches ? "center" : "nearest" });
}

function showNamed() {
  const comment = named();
  if (!comment) return;
  const video = videoOf(comment);
  show(comment, { scroll: true });
  if (video?.readyState === 0) video.addEventListener("loadedmetadata", () => show(comment, { scroll: false }), { once: true });
}

document.addEventListener("click", (event) => {
  const time = event.target.closest("[data-moment]");
  if (!time || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.replaceState(history.state, "", time.hash);
  show(time.closest("[data-comment]"), { scroll: false });
  if (!isWide.matches) placeOf(time)?.scrollIntoView({ block: "start" });
});

window.addEventListener("hashchange", showNamed);

// The marks: threads that are too near to each other for a finger share one, and each press shows the next of them.

function groups(threads, seconds, width) {
  const near = (isTouch.matches ? NEAR_TOUCH_PX : NEAR_PX) / Math.max(1, width);
  const found = [];
  for (const thread of threads) {
    const at = Math.min(1, Number(thread.dataset.ms) / 1000 / seconds);
    if (found.length && at - found.at(-1).at < near) found.at(-1).threads.push(thread);
    else found.push({ at, threads: [thread] });
  }
  return found;
}

function mark({ at, threads }) {
  const button = document.createElement("button");
  const time = timecode(Number(threads[0].dataset.ms) / 1000);
  const who = [...new Set(threads.flatMap(({ dataset }) => dataset.names.split(", ")))].join(", ");
  button.type = "button";
  button.className = "seek-mark";
  button.style.insetInlineStart = `${100 * at}%`;
  button.textContent = threads.length > 1 ? threads.length : "";
  button.setAttribute("aria-label", threads.length > 1 ? `${threads.length} comments from ${time} on, by ${who}` : `Comment at ${time} by ${who}`);
  let next = 0;
  button.addEventListener("click", () => {
    show(threads[next % threads.length].querySelector("[data-comment]"), { scroll: isWide.matches });
    next += 1;
  });
  return button;
}

function drawMarks() {
  const bar = document.querySelector("[data-player] .seek");
  if (!bar) return;
  const focused = bar.parentElement.querySelector(".seek-mark:focus")?.getAttribute("aria-label");
  bar.parentElement.querySelector(".seek-marks")?.remove();
  const place = bar.closest("[data-clip]") ?? document;
  const threads = [...place.querySelectorAll(".threads-open > [data-thread][data-ms]")];
  if (!threads.length) return;
  const marks = document.createElement("div");
  marks.className = "seek-marks";
  marks.setAttribute("role", "group");
  marks.setAttribute("aria-label", "Comments in the clip");
  marks.append(...groups(threads, framesOf(bar).seconds, bar.clientWidth).map(mark));
  bar.after(marks);
  if (focused) [...marks.children].find((one) => one.getAttribute("aria-label") === focused)?.focus();
}

// What others have written comes with the page's own news; it is said to those who do not see it.
document.addEventListener("htmx:oobBeforeSwap", ({ detail: { target, fragment } }) => {
  const fresh = fragment.querySelector("[data-threads]");
  if (!target.matches("[data-threads]") || !fresh) return;
  const more = Number(fresh.dataset.count) - Number(target.dataset.count);
  if (more <= 0) return;
  const news = document.createElement("p");
  news.textContent = more === 1 ? "A new comment." : `${more} new comments.`;
  document.getElementById("news")?.append(news);
});

function refresh() {
  listenToVideos();
  followAll();
  forms().forEach(draw);
  drawMarks();
}

document.addEventListener("htmx:afterSettle", refresh);
document.addEventListener("clip:shown", refresh);
window.addEventListener("resize", drawMarks);
refresh();
showNamed();
