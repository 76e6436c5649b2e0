// The player of a clip: frames instead of seconds, thumbnails over the seek bar, the lighter copy or the original.
// Without scripts the browser's own controls stand there.

const REVERSE_STEP_SECONDS = 1 / 12;
const FASTEST = 2;

class Player {
  constructor(stage) {
    this.stage = stage;
    this.video = stage.querySelector("video");
    this.frames = Number(stage.dataset.frames) || 1;
    this.seconds = Number(stage.dataset.seconds) || 1;
    this.seek = stage.querySelector("[data-seek]");
    this.reversing = null;
    this.find("[role=group].transport").hidden = false;
    this.video.controls = false;
    this.listen();
    this.draw();
  }

  find(selector) { return this.stage.querySelector(selector); }

  get frame() {
    return Math.min(this.frames - 1, Math.floor((this.video.currentTime * this.frames) / this.seconds + 0.01));
  }

  listen() {
    const { video, stage } = this;
    for (const name of ["play", "pause", "seeked", "timeupdate", "loadedmetadata", "volumechange", "ratechange"]) {
      video.addEventListener(name, () => this.draw());
    }
    video.addEventListener("click", () => this.toggle());
    video.addEventListener("loadeddata", () => this.showSound());
    video.addEventListener("playing", () => this.followFrames());
    stage.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button?.dataset.do) this.act(button.dataset.do);
      if (button?.dataset.file) this.change(button);
    });
    this.seek.addEventListener("input", () => this.go(Number(this.seek.value)));
    this.find("[data-rate]").addEventListener("change", ({ target }) => this.setRate(Number(target.value)));
    stage.querySelector(".seek").addEventListener("pointermove", (event) => this.showThumbnail(event));
    stage.querySelector(".seek").addEventListener("pointerleave", () => this.hideThumbnail());
  }

  // Every frame that is shown is counted, where the browser tells; else a few times a second.
  followFrames() {
    if (!this.video.requestVideoFrameCallback || this.following) return;
    this.following = true;
    const next = () => {
      this.draw();
      this.following = !this.video.paused;
      if (this.following) this.video.requestVideoFrameCallback(next);
    };
    this.video.requestVideoFrameCallback(next);
  }

  draw() {
    const { frame, video } = this;
    const time = timecode((frame * this.seconds) / this.frames);
    this.seek.value = frame;
    this.seek.setAttribute("aria-valuetext", `frame ${frame + 1} of ${this.frames}, ${time}`);
    this.seek.style.setProperty("--gone", this.frames > 1 ? frame / (this.frames - 1) : 1);
    this.find("[data-time]").textContent = time;
    this.find("[data-frame]").textContent = frame + 1;
    const isPlaying = !video.paused || this.reversing !== null;
    this.stage.toggleAttribute("data-playing", isPlaying);
    this.find("[data-do=play]").setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    this.find("[data-do=mute]").setAttribute("aria-pressed", String(!video.muted));
    this.find("[data-rate]").value = String(video.playbackRate);
  }

  act(name) {
    ({
      play: () => this.toggle(),
      back: () => this.step(-1),
      step: () => this.step(1),
      loop: () => this.setLoop(!this.video.loop),
      mute: () => { this.video.muted = !this.video.muted; },
      full: () => this.toggleFull(),
    })[name]?.();
  }

  toggle() {
    if (this.video.paused && this.reversing === null) this.play();
    else this.pause();
  }

  play() {
    this.stopReverse();
    this.video.play().catch(() => this.draw());
  }

  pause() {
    this.stopReverse();
    this.video.pause();
    this.draw();
  }

  step(by) {
    this.pause();
    this.go(Math.max(0, Math.min(this.frames - 1, this.frame + by)));
  }

  // To the middle of a frame: its beginning may be the end of the one before.
  go(frame) {
    this.video.currentTime = ((frame + 0.5) * this.seconds) / this.frames;
    this.draw();
  }

  setLoop(on) {
    this.video.loop = on;
    this.find("[data-do=loop]").setAttribute("aria-pressed", String(on));
  }

  setRate(rate) { this.video.playbackRate = rate; }

  faster() {
    if (this.video.paused) this.setRate(1);
    else this.setRate(Math.min(FASTEST, this.video.playbackRate * 2));
    this.play();
  }

  // No browser plays backwards: each picture is sought, the next one when it has come.
  reverse() {
    if (this.reversing !== null) return;
    this.video.pause();
    this.reversing = () => {
      if (this.video.currentTime <= 0) this.pause();
      else this.video.currentTime = Math.max(0, this.video.currentTime - REVERSE_STEP_SECONDS);
    };
    this.video.addEventListener("seeked", this.reversing);
    this.reversing();
    this.draw();
  }

  stopReverse() {
    if (this.reversing !== null) this.video.removeEventListener("seeked", this.reversing);
    this.reversing = null;
  }

  change(button) {
    const { currentTime, paused, playbackRate } = this.video;
    for (const other of this.stage.querySelectorAll("[data-file]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    if (this.video.getAttribute("src") === button.dataset.file) return;
    this.video.src = button.dataset.file;
    this.video.addEventListener("loadedmetadata", () => {
      this.video.currentTime = currentTime;
      this.video.playbackRate = playbackRate;
      if (!paused) this.play();
    }, { once: true });
  }

  toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.stage.requestFullscreen?.().catch(() => {});
  }

  // Whether a file has sound is known to the browser only, each in its own way.
  showSound() {
    const { video } = this;
    const heard = video.mozHasAudio || video.audioTracks?.length || video.webkitAudioDecodedByteCount;
    if (heard) this.find("[data-do=mute]").hidden = false;
  }

  showThumbnail(event) {
    const thumbnail = this.find("[data-strip]");
    const box = this.seek.getBoundingClientRect();
    if (!thumbnail || event.pointerType === "touch" || !box.width) return;
    const { strip, count, width, height } = thumbnail.dataset;
    const place = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    const number = Math.min(count - 1, Math.floor(place * count));
    thumbnail.hidden = false;
    Object.assign(thumbnail.style, {
      backgroundImage: `url("${strip}")`,
      backgroundPosition: `-${number * width}px 0`,
      inlineSize: `${width}px`,
      blockSize: `${height}px`,
      insetInlineStart: `${Math.max(0, Math.min(box.width - width, place * box.width - width / 2))}px`,
    });
    thumbnail.dataset.time = timecode(place * this.seconds);
  }

  hideThumbnail() {
    const thumbnail = this.find("[data-strip]");
    if (thumbnail) thumbnail.hidden = true;
  }
}

function timecode(seconds) {
  const hundredths = Math.round(seconds * 100);
  const pad = (number) => String(number).padStart(2, "0");
  return `${Math.floor(hundredths / 6000)}:${pad(Math.floor(hundredths / 100) % 60)}.${pad(hundredths % 100)}`;
}

const players = new WeakMap();

function player() {
  const stage = document.querySelector("[data-player]");
  if (!stage) return null;
  if (!players.has(stage)) players.set(stage, new Player(stage));
  return players.get(stage);
}

const KEYS = {
  " ": (one) => one.toggle(),
  k: (one) => one.pause(),
  j: (one) => one.reverse(),
  l: (one) => one.faster(),
  ",": (one) => one.step(-1),
  ".": (one) => one.step(1),
  Home: (one) => one.go(0),
  End: (one) => one.go(one.frames - 1),
  F: (one) => one.toggleFull(),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input:not([type=range]), textarea, select, [contenteditable]");
  const isPressing = event.key === " " && event.target.closest?.("button, a, summary");
  if (isTyping || isPressing || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key];
  const one = act && player();
  if (!one) return;
  event.preventDefault();
  act(one);
});

document.addEventListener("htmx:afterSettle", player);
player();
