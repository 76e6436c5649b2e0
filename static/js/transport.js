// What plays, one clip or several in step, and the row of controls under it.
// A Deck is what the controls act on; whoever makes one says how it plays, pauses, seeks and runs back.

import { timecode } from "./frames.js";

export const REVERSE_STEP_SECONDS = 1 / 12;
const FASTEST = 2;

export class Deck {
  // To be filled in: frames, frame, isPlaying, isForward, isLooping, isMuted, isHeard, rate;
  // play(), pause(), reverse(), go(frame), setRate(rate), setLoop(on), setMuted(on), change(button).

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  step(by) {
    this.pause();
    this.go(this.frames.clamp(this.frame + by));
  }

  faster() {
    this.setRate(this.isForward ? Math.min(FASTEST, this.rate * 2) : 1);
    this.play();
  }
}

export class Transport {
  constructor(stage, deck) {
    this.stage = stage;
    this.deck = deck;
    this.seek = this.find("[data-seek]");
    this.find("[role=group].transport").hidden = false;
    this.listen();
  }

  find(selector) { return this.stage.querySelector(selector); }

  listen() {
    this.stage.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button?.dataset.do) this.act(button.dataset.do);
      if (button?.dataset.file) this.change(button);
    });
    this.seek.addEventListener("input", () => this.deck.go(Number(this.seek.value)));
    this.find("[data-rate]").addEventListener("change", ({ target }) => this.deck.setRate(Number(target.value)));
  }

  act(name) {
    const { deck } = this;
    ({
      play: () => deck.toggle(),
      back: () => deck.step(-1),
      step: () => deck.step(1),
      loop: () => deck.setLoop(!deck.isLooping),
      mute: () => deck.setMuted(!deck.isMuted),
      full: () => this.toggleFull(),
    })[name]?.();
  }

  draw() {
    const { deck, seek } = this;
    const { frame, frames } = deck;
    const time = timecode(frame * frames.length);
    seek.max = frames.count - 1;
    seek.value = frame;
    seek.setAttribute("aria-valuetext", `frame ${frame + 1} of ${frames.count}, ${time}`);
    seek.style.setProperty("--gone", frames.count > 1 ? frame / (frames.count - 1) : 1);
    this.find("[data-time]").textContent = time;
    this.find("[data-frame]").textContent = frame + 1;
    this.stage.toggleAttribute("data-playing", deck.isPlaying);
    this.find("[data-do=play]").setAttribute("aria-label", deck.isPlaying ? "Pause" : "Play");
    this.find("[data-do=mute]").setAttribute("aria-pressed", String(!deck.isMuted));
    this.find("[data-do=mute]").hidden = !deck.isHeard;
    this.find("[data-do=loop]").setAttribute("aria-pressed", String(deck.isLooping));
    this.find("[data-rate]").value = String(deck.rate);
  }

  change(button) {
    for (const other of this.stage.querySelectorAll("[data-file]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    this.deck.change(button.dataset.file);
  }

  toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.stage.requestFullscreen?.().catch(() => {});
  }
}

// Whether a file has sound is known to the browser only, each in its own way.
export function hasSound(video) {
  return Boolean(video.mozHasAudio || video.audioTracks?.length || video.webkitAudioDecodedByteCount);
}

const KEYS = {
  " ": (transport) => transport.deck.toggle(),
  k: (transport) => transport.deck.pause(),
  j: (transport) => transport.deck.reverse(),
  l: (transport) => transport.deck.faster(),
  ",": (transport) => transport.deck.step(-1),
  ".": (transport) => transport.deck.step(1),
  Home: (transport) => transport.deck.go(0),
  End: (transport) => transport.deck.go(transport.deck.frames.count - 1),
  F: (transport) => transport.toggleFull(),
};

// `find` returns the page's Transport, or nothing while there is none; `more` are keys of that page alone.
export function listenToKeys(find, more = {}) {
  const keys = { ...KEYS, ...more };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input:not([type=range]), textarea, select, [contenteditable]");
    const isPressing = event.key === " " && event.target.closest?.("button, a, summary");
    if (isTyping || isPressing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = Object.hasOwn(keys, event.key) && keys[event.key];
    const transport = act && find();
    if (!transport) return;
    event.preventDefault();
    act(transport);
  });
}
