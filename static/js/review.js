// The review queue by keyboard: a verdict is sent while the next clip, loaded ahead, is shown already.
// Without scripts each verdict is a form that leads to the next page.

const HOLD_MS = 60_000;
const FAILED = "was not saved: the studio did not answer. Open it and judge it again.";

const page = document.querySelector("[data-review]");
const shown = page.querySelector("[data-shown]");
const ahead = page.querySelector("[data-ahead]");
const said = page.querySelector("[data-said]");
const SAID = { approved: "Approved", returned: "Returned" };
const handled = [];
const verdicts = new Map();
let coming = null;

const clip = () => shown.querySelector("[data-clip]");
const token = () => page.querySelector("[name=csrfmiddlewaretoken]").value;

async function post(url, data) {
  data.set("csrfmiddlewaretoken", token());
  return fetch(url, { method: "POST", body: data, credentials: "same-origin" });
}

function named(clips) {
  const data = new FormData();
  for (const pk of clips) data.append("clip", pk);
  return data;
}

// What is shown, or was a moment ago, is not asked for again: its verdict may still be on its way.
async function load() {
  const answer = await post(page.dataset.next, named([clip()?.dataset.clip, ...handled.slice(-18)].filter(Boolean)));
  ahead.innerHTML = answer.status === 200 && !answer.redirected ? await answer.text() : "";
}

function prepare() {
  if (page.dataset.next) coming = load().catch(() => ahead.replaceChildren());
}

// A clip that was loaded ahead does not know yet what was said of its other takes meanwhile.
function bringUpToDate(next) {
  for (const take of next.querySelectorAll(".review-takes a")) {
    if (verdicts.has(take.href)) take.querySelector("[data-verdict]").textContent = SAID[verdicts.get(take.href)];
  }
}

function show(next) {
  if (next) bringUpToDate(next);
  shown.replaceChildren(...(next ? [next] : []));
  page.querySelector("[data-end]").hidden = Boolean(next);
  if (!next) return page.querySelector("[data-end] h1").focus();
  // What was put into the page by hand is not htmx's yet; it asks for what was said while it waited, and the player
  // and the comments listen to the new video.
  next.querySelector("#live-ahead").id = "live";
  htmx.process(next);
  document.dispatchEvent(new CustomEvent("clip:shown"));
  const video = next.querySelector("video");
  video.muted = true;
  video.play().catch(() => {});
  next.querySelector("h1").focus({ preventScroll: true });
}

function tell(html) { said.innerHTML = html; }

function tellFailed(form, { title, take }) {
  const note = document.createElement("p");
  const link = document.createElement("a");
  link.href = form.action;
  link.textContent = title;
  note.className = "errornote";
  note.append(`The verdict on ${take ? `take ${take} of ` : ""}`, link, ` ${FAILED}`);
  said.replaceChildren(note);
}

async function send(form, verdict) {
  const judged = { title: clip().querySelector("h1").textContent, take: clip().dataset.take };
  const data = new FormData(form);
  data.set("verdict", verdict);
  data.set("quiet", "yes");
  try {
    const answer = await post(form.action, data);
    if (answer.redirected || answer.status >= 500 || answer.status === 403) tellFailed(form, judged);
    else tell(verdict === "skip" && answer.ok ? "" : await answer.text());
    if (!answer.ok || answer.redirected) verdicts.delete(form.action);
  } catch {
    verdicts.delete(form.action);
    tellFailed(form, judged);
  }
}

async function judge(form, verdict) {
  const note = form.querySelector("textarea");
  if (verdict === "returned" && !note.value.trim()) {
    form.querySelector("[data-wrong]").textContent = "Say what should be better: the note goes to who made the clip.";
    note.setAttribute("aria-invalid", "true");
    return note.focus();
  }
  const judged = clip();
  if (judged.dataset.judged) return;
  judged.dataset.judged = verdict;
  handled.push(judged.dataset.clip);
  if (verdict in SAID) verdicts.set(form.action, verdict);
  send(form, verdict);
  await coming;
  show(ahead.querySelector("[data-clip]"));
  prepare();
}

function inNote(event) {
  if (event.key === "Escape") clip().querySelector("h1").focus();
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.target.form.querySelector("[value=returned]").click();
}

const KEYS = {
  a: () => clip()?.querySelector("[value=approved]")?.click(),
  r: () => clip()?.querySelector("textarea").focus(),
  s: () => clip()?.querySelector("[value=skip]")?.click(),
  t: () => clip()?.querySelector(".review-beside a")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest(".review-form textarea")) return inNote(event);
  if (event.target.closest("input:not([type=range]), select, textarea")) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act || !clip()) return;
  event.preventDefault();
  act();
});

page.addEventListener("submit", (event) => {
  const form = event.target.closest(".review-form");
  if (!form || !page.dataset.next) return;
  event.preventDefault();
  judge(form, event.submitter?.value ?? "approved");
});

if (page.dataset.hold) {
  setInterval(() => {
    const clips = [...page.querySelectorAll("[data-clip]")].map((one) => one.dataset.clip);
    if (clips.length && !document.hidden) post(page.dataset.hold, named(clips)).catch(() => {});
  }, HOLD_MS);
}

if (clip()) prepare();
