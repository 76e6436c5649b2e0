// Several clips under one clock. It counts in the first clip's frames, and in seconds from the moment at which a clip
// without an offset begins; every clip follows it.

import { Frames, timecode } from "./frames.js";
import { Deck, REVERSE_STEP_SECONDS, Transport, hasSound } from "./transport.js";

const WAIT_MS = 4000;
const LOOK_AGAIN_MS = 15;

export class InStep extends Deck {
  // `place` is where to begin: frame, rate, isLooping. `onChange` is called when any of them, or what is heard, changes.
  constructor(stage, followers, { frame, rate, isLooping }, onChange) {
    super();
    this.stage = stage;
    this.followers = followers;
    this.onChange = onChange;
    this.rate = rate;
    this.isLooping = isLooping;
    this.isPlaying = this.isReversing = false;
    this.isMuted = true;
    this.alone = null;
    this.clock = null;
    this.run = 0;
    this.still = 0;
    this.transport = new Transport(stage, this);
    for (const { video } of followers) {
      video.addEventListener("click", () => this.toggle());
      video.addEventListener("loadeddata", () => this.draw());
    }
    this.measure();
    this.go(this.frames.clamp(frame));
  }

  get moment() {
    if (!this.clock) return this.still;
    return this.clock.moment + ((performance.now() - this.clock.at) / 1000) * this.rate;
  }

  get frame() { return this.frames.at(this.moment); }
  get isForward() { return this.isPlaying && !this.isReversing; }
  get isHeard() { return this.followers.some(({ video }) => hasSound(video)); }

  // Offsets have changed: what is ahead of what, and how far all of it reaches.
  measure() {
    const { length } = this.followers[0].frames;
    for (const one of this.followers) one.ahead = one.offset * length;
    const ends = this.followers.map((one) => Math.round(one.frames.seconds / length) - one.offset);
    const count = Math.max(1, ...ends);
    this.frames = new Frames(count, count * length);
    this.transport.find("[data-total]").textContent = count;
    this.transport.find("[data-length]").textContent = timecode(this.frames.seconds);
    if (!this.isPlaying) this.go(this.frames.clamp(this.frames.at(this.still)));
  }

  draw() {
    this.transport.draw();
    this.stage.toggleAttribute("data-waiting", this.isForward && !this.clock);
  }

  changed() {
    this.draw();
    this.onChange();
  }

  play() {
    if (!this.isForward) this.begin();
  }

  // Every run has a number; whoever waited and finds another one has been overtaken.
  async begin() {
    const run = this.stop();
    this.isPlaying = true;
    if (this.frames.at(this.still) >= this.frames.count - 1) this.still = this.frames.middle(0);
    this.changed();
    await this.align(run);
    if (run !== this.run) return;
    const within = this.followers.filter((one) => one.isWithin(this.still));
    try {
      await Promise.all(within.map((one) => one.start(this.rate)));
    } catch {
      if (run === this.run) this.pause();
      return;
    }
    if (run !== this.run) return;
    const { video, ahead } = within[0] ?? {};
    this.clock = { moment: video ? video.currentTime - ahead : this.still, at: performance.now() };
    this.tick(run);
  }

  // Shows the present moment exactly, and waits until every clip does.
  async align(run) {
    for (const one of this.followers) one.show(this.still);
    const end = performance.now() + WAIT_MS;
    while (run === this.run && performance.now() < end && !this.followers.every((one) => one.isSettled)) {
      await new Promise((resolve) => { setTimeout(resolve, LOOK_AGAIN_MS); });
    }
  }

  tick(run) {
    if (run !== this.run) return;
    const { moment } = this;
    if (moment >= this.frames.seconds) this.finish();
    else if (this.followers.some((one) => one.isLost(moment))) this.begin();
    else {
      for (const one of this.followers) one.steer(moment, this.rate, performance.now());
      this.draw();
      requestAnimationFrame(() => this.tick(run));
    }
  }

  finish() {
    this.clock = null;
    this.still = this.frames.middle(this.isLooping ? 0 : this.frames.count - 1);
    if (this.isLooping) this.begin();
    else this.pause();
  }

  // Ends whatever runs and keeps its place.
  stop() {
    this.still = this.frames.middle(this.frame);
    this.clock = null;
    this.isPlaying = this.isReversing = false;
    this.run += 1;
    return this.run;
  }

  pause() {
    const run = this.stop();
    this.align(run);
    this.changed();
  }

  go(frame) {
    const wasForward = this.isForward;
    const run = this.stop();
    this.still = this.frames.middle(frame);
    if (wasForward) this.play();
    else this.align(run);
    this.changed();
  }

  // No browser plays backwards: each picture is sought, the next one when all have come.
  async reverse() {
    if (this.isReversing) return;
    const run = this.stop();
    this.isPlaying = this.isReversing = true;
    this.changed();
    while (run === this.run && this.still > this.frames.middle(0)) {
      this.still = Math.max(this.frames.middle(0), this.still - REVERSE_STEP_SECONDS);
      this.draw();
      await this.align(run);
    }
    if (run === this.run) this.pause();
  }

  setRate(rate) {
    if (this.clock) this.clock = { moment: this.moment, at: performance.now() };
    this.rate = rate;
    this.changed();
  }

  setLoop(on) {
    this.isLooping = on;
    this.changed();
  }

  // One clip is heard at a time: the one alone, else the first.
  setMuted(on) {
    this.isMuted = on;
    this.followers.forEach(({ video }, at) => { video.muted = on || at !== (this.alone ?? 0); });
    this.changed();
  }

  setAlone(at) {
    this.alone = at;
    this.setMuted(this.isMuted);
  }

  setOffsets() {
    this.measure();
    this.changed();
  }

  change(file) {
    const wasForward = this.isForward;
    const run = this.stop();
    this.file = file;
    for (const one of this.followers) one.change(file);
    if (wasForward) this.play();
    else this.align(run);
    this.changed();
  }
}
