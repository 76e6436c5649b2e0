// One clip of several in step. It is told a moment of the common time and shows the picture that belongs there:
// exactly while all stand still, by running a little faster or slower while they play.

import { Frames } from "./frames.js";

const NUDGE_MOST = 0.25;
const NUDGE_SECONDS = 0.3;
const LOST_SECONDS = 0.3;
const STALE_MS = 200;

export class Follower {
  constructor(figure) {
    this.figure = figure;
    this.id = figure.dataset.clip;
    this.video = figure.querySelector("video");
    this.input = figure.querySelector("[data-offset]");
    this.frames = new Frames(figure.dataset.frames, figure.dataset.seconds);
    this.ahead = 0;
    this.wanted = null;
    this.shown = null;
    this.video.controls = false;
    this.video.preload = "auto";
    this.video.addEventListener("seeked", () => this.seek());
    this.video.addEventListener("loadedmetadata", () => this.seek());
    this.watch();
  }

  get offset() { return Math.round(Number(this.input?.value)) || 0; }

  // The browser tells when which picture was shown; where it does not, `currentTime` has to do.
  watch() {
    if (!this.video.requestVideoFrameCallback) return;
    this.video.requestVideoFrameCallback((_, { expectedDisplayTime, mediaTime }) => {
      this.shown = { at: expectedDisplayTime, place: mediaTime };
      this.watch();
    });
  }

  // Its own time at a moment of the common one.
  place(moment) { return moment + this.ahead; }

  isWithin(moment) {
    const place = this.place(moment);
    return place >= 0 && place < this.frames.seconds;
  }

  // To the middle of the picture that belongs to this moment; before its beginning the first, past its end the last.
  show(moment) {
    this.video.pause();
    this.wanted = this.frames.middle(this.frames.at(this.place(moment)));
    this.seek();
  }

  // One search at a time: where the wish has changed meanwhile, the next one follows.
  seek() {
    const { video, wanted } = this;
    if (wanted === null || video.seeking || !video.readyState || Math.abs(video.currentTime - wanted) < 1e-4) return;
    video.currentTime = wanted;
  }

  get isSettled() {
    const { video } = this;
    if (video.error) return true;
    const isThere = this.wanted === null || Math.abs(video.currentTime - this.wanted) < 0.001;
    return isThere && !video.seeking && video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA - (this.isAtEnd ? 1 : 0);
  }

  get isAtEnd() { return this.frames.at(this.video.currentTime) >= this.frames.count - 3; }

  start(rate) {
    this.wanted = null;
    this.shown = null;
    this.video.playbackRate = rate;
    return this.video.play();
  }

  // Whether playing on would leave it behind: it waits for its file, or lost its place.
  isLost(moment) {
    const { video } = this;
    if (!this.isWithin(moment) || video.paused || video.error || this.isAtEnd) return false;
    const hasNothing = video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    return hasNothing || Math.abs(this.place(moment) - video.currentTime) > LOST_SECONDS;
  }

  // Called again and again while all play, at `now`, when the common time is `moment` and runs at `rate`.
  steer(moment, rate, now) {
    if (!this.isWithin(moment)) this.hold(moment);
    else if (this.video.paused) this.join(moment, rate);
    else this.nudge(this.lag(moment, rate, now), rate);
  }

  hold(moment) {
    const { video, frames } = this;
    if (!video.paused) video.pause();
    const frame = frames.at(this.place(moment));
    if (frames.at(video.currentTime) !== frame) this.show(moment);
  }

  // It stands at the middle of its first picture, and starts when that is due.
  join(moment, rate) {
    if (this.video.ended || this.video.seeking || this.place(moment) < this.video.currentTime) return;
    this.start(rate).catch(() => {});
  }

  // Seconds that it is behind.
  lag(moment, rate, now) {
    const place = this.place(moment);
    const age = this.shown ? now - this.shown.at : Infinity;
    if (age > STALE_MS / Math.min(1, rate)) return place - this.video.currentTime;
    return place - (age / 1000) * rate - this.shown.place;
  }

  nudge(lag, rate) {
    const isSmall = Math.abs(lag) < this.frames.length / 2;
    const nudge = isSmall ? 0 : Math.max(-NUDGE_MOST, Math.min(NUDGE_MOST, lag / NUDGE_SECONDS));
    const wanted = rate * (1 + nudge);
    if (Math.abs(this.video.playbackRate - wanted) > 0.004 * rate) this.video.playbackRate = wanted;
  }

  change(file) {
    const url = file === "proxy" ? this.video.dataset.proxy : this.video.dataset.original;
    if (this.video.getAttribute("src") !== url) this.video.src = url;
  }
}
