// The player of a clip: frames instead of seconds, thumbnails over the seek bar, the lighter copy or the original.
// Without scripts the browser's own controls stand there.

import { Frames, timecode } from "./frames.js";
import { Deck, REVERSE_STEP_SECONDS, Transport, hasSound, listenToKeys } from "./transport.js";

class Player extends Deck {
  constructor(stage) {
    super();
    this.stage = stage;
    this.video = stage.querySelector("video");
    this.frames = new Frames(stage.dataset.frames, stage.dataset.seconds);
    this.reversing = null;
    this.video.controls = false;
    this.transport = new Transport(stage, this);
    this.listen();
    this.draw();
  }

  get frame() { return this.frames.at(this.video.currentTime); }
  get isForward() { return !this.video.paused; }
  get isPlaying() { return this.isForward || this.reversing !== null; }
  get isLooping() { return this.video.loop; }
  get isMuted() { return this.video.muted; }
  get isHeard() { return this.heard ||= hasSound(this.video); }
  get rate() { return this.video.playbackRate; }

  listen() {
    const { video, stage } = this;
    for (const name of ["play", "pause", "seeked", "timeupdate", "loadedmetadata", "volumechange", "ratechange"]) {
      video.addEventListener(name, () => this.draw());
    }
    video.addEventListener("click", () => this.toggle());
    video.addEventListener("loadeddata", () => this.draw());
    video.addEventListener("playing", () => this.followFrames());
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

  draw() { this.transport.draw(); }

  play() {
    this.stopReverse();
    this.video.play().catch(() => this.draw());
  }

  pause() {
    this.stopReverse();
    this.video.pause();
    this.draw();
  }

  // To seek where it is already makes a looping video go on from its end to its beginning.
  go(frame) {
    const moment = this.frames.middle(frame);
    if (Math.abs(this.video.currentTime - moment) > this.frames.length / 4) this.video.currentTime = moment;
    this.draw();
  }

  setLoop(on) {
    this.video.loop = on;
    this.draw();
  }

  setRate(rate) { this.video.playbackRate = rate; }

  setMuted(on) { this.video.muted = on; }

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

  change(file) {
    const { currentTime, paused, playbackRate } = this.video;
    if (this.video.getAttribute("src") === file) return;
    this.video.src = file;
    this.video.addEventListener("loadedmetadata", () => {
      this.video.currentTime = currentTime;
      this.video.playbackRate = playbackRate;
      if (!paused) this.play();
    }, { once: true });
  }

  showThumbnail(event) {
    const thumbnail = this.stage.querySelector("[data-strip]");
    const box = this.transport.seek.getBoundingClientRect();
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
    thumbnail.dataset.time = timecode(place * this.frames.seconds);
  }

  hideThumbnail() {
    const thumbnail = this.stage.querySelector("[data-strip]");
    if (thumbnail) thumbnail.hidden = true;
  }
}

const players = new WeakMap();

function player() {
  const stage = document.querySelector("[data-player]");
  if (!stage) return null;
  if (!players.has(stage)) players.set(stage, new Player(stage));
  return players.get(stage).transport;
}

listenToKeys(player);
document.addEventListener("htmx:afterSettle", player);
document.addEventListener("clip:shown", player);
player();
