// Tells people who look elsewhere that a clip of theirs has come or failed: the title of every tab counts them until
// one is looked at, and, where it is switched on in the account menu, a notice of the browser leads to the clip.
// Tabs tell each other, and one of them shows the notice.

const { user } = document.querySelector("script[data-user]").dataset;
const SWITCH = `notices-${user}`;
const TOLD = `notices-told-${user}`;
const MOST_TOLD = 100;
// A poster is made a moment after its clip has come.
const POSTER_MS = 6000;
const OUTCOMES = { ready: "is ready", failed: "failed" };
const SAID = { on: "On, in this browser", off: "Off", denied: "Blocked in this browser’s settings", never: "This browser cannot" };

const title = document.title;
const counted = new Set();
const unseen = new Set();
const tabs = new BroadcastChannel(`outcomes-${user}`);

const isAway = () => document.hidden || !document.hasFocus();

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage is full or switched off: what is set then lives nowhere, and nothing is shown.
  }
}

function draw() {
  document.title = unseen.size ? `(${unseen.size}) ${title}` : title;
}

function see() {
  unseen.clear();
  draw();
}

function count(clips) {
  for (const { id } of clips) {
    if (!counted.has(id)) unseen.add(id);
    counted.add(id);
  }
  draw();
}

// Whichever tab is first has it; one that is looked at has shown the clip itself.
function claim(id) {
  return navigator.locks.request(TOLD, () => {
    const told = JSON.parse(read(TOLD) ?? "[]");
    if (told.includes(id)) return false;
    write(TOLD, JSON.stringify([...told, id].slice(-MOST_TOLD)));
    return read(TOLD)?.includes(id) ?? false;
  });
}

const canShow = () => globalThis.Notification?.permission === "granted" && navigator.locks !== undefined;
const isOn = () => canShow() && read(SWITCH) === "on";

function show({ id, title: name, state, url, poster }) {
  try {
    const notice = new Notification(`Clip “${name}” ${OUTCOMES[state]}`, {
      tag: id, icon: poster || undefined, body: state === "ready" ? "Open it" : "Open it to see why",
    });
    notice.addEventListener("click", () => {
      window.focus();
      notice.close();
      location.assign(url);
    });
  } catch {
    // Phones allow it to installed pages only.
    write(SWITCH, "never");
    drawSwitch();
  }
}

async function tell(clip) {
  if (!isOn() || !(await claim(clip.id)) || !isAway()) return;
  setTimeout(show, clip.poster && !clip.is_pictured ? POSTER_MS : 0, clip);
}

document.addEventListener("outcomes", ({ detail: { clips } }) => {
  count(clips);
  tabs.postMessage({ clips });
  clips.forEach(tell);
  if (!isAway()) look();
});

tabs.addEventListener("message", ({ data }) => (data.clips ? count(data.clips) : see()));

// Whoever looks at one tab has been told in all.
function look() {
  if (isAway()) return;
  see();
  tabs.postMessage({});
}

document.addEventListener("visibilitychange", look);
window.addEventListener("focus", look);

// The switch in the account menu.
const button = document.querySelector("[data-notices]");

function state() {
  if (Notification.permission === "denied") return "denied";
  if (read(SWITCH) === "never" || !navigator.locks) return "never";
  return isOn() ? "on" : "off";
}

function drawSwitch() {
  button.setAttribute("aria-checked", String(state() === "on"));
  button.querySelector("[data-notices-said]").textContent = SAID[state()];
}

async function turn() {
  if (state() === "on") write(SWITCH, "off");
  else if ((await Notification.requestPermission()) === "granted") write(SWITCH, "on");
  drawSwitch();
}

if (button && "Notification" in globalThis) {
  button.hidden = false;
  button.addEventListener("click", turn);
  window.addEventListener("storage", ({ key }) => { if (key === SWITCH) drawSwitch(); });
  drawSwitch();
}
