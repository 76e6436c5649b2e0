// The page of several clips in step: offsets, one clip alone, and an address that says all of it.
// Without scripts each clip plays by itself, with the browser's own controls.

import { Follower } from "./follower.js";
import { InStep } from "./in_step.js";
import { listenToKeys } from "./transport.js";

const SETTLE_MS = 200;

class Compare {
  constructor(stage) {
    this.stage = stage;
    this.followers = [...stage.querySelectorAll("[data-clip]")].map((figure) => new Follower(figure));
    const place = {
      frame: Number(stage.dataset.still) - 1,
      rate: Number(stage.querySelector("[data-rate]").value),
      isLooping: stage.querySelector("[data-do=loop]").getAttribute("aria-pressed") === "true",
    };
    this.deck = new InStep(stage, this.followers, place, () => this.later());
    this.deck.file = stage.querySelector("[data-file][aria-pressed=true]")?.dataset.file ?? "proxy";
    this.still = this.deck.frame;
    this.listen();
    this.alone(Number(stage.dataset.solo) || 0);
  }

  listen() {
    this.stage.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button?.dataset.soloOf) this.toggleAlone(Number(button.dataset.soloOf));
      if (button?.dataset.offsetBy) this.move(button.parentElement.querySelector("[data-offset]"), button);
    });
    this.stage.addEventListener("change", ({ target }) => {
      if (target.matches("[data-offset]")) this.setOffset(target, Number(target.value));
    });
    window.addEventListener("pagehide", () => this.write());
  }

  move(input, { dataset }) { this.setOffset(input, Number(input.value) + Number(dataset.offsetBy)); }

  setOffset(input, frames) {
    input.value = Math.max(Number(input.min), Math.min(Number(input.max), Math.round(frames) || 0));
    this.deck.setOffsets();
  }

  toggleAlone(number) { this.alone(this.solo === number ? 0 : number); }

  // 0 shows all again.
  alone(number) {
    if (number > this.followers.length) return;
    this.solo = number;
    this.followers.forEach(({ figure }, at) => {
      figure.hidden = number > 0 && number !== at + 1;
      figure.querySelector("[data-solo-of]").setAttribute("aria-pressed", String(number === at + 1));
    });
    this.deck.setAlone(number ? number - 1 : null);
  }

  // An address a keystroke would be more than browsers take.
  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), SETTLE_MS);
  }

  write() {
    clearTimeout(this.timer);
    if (!this.deck.isPlaying) this.still = this.deck.frame;
    history.replaceState(history.state, "", this.address(this.followers.map(({ id }) => id)));
    for (const link of document.querySelectorAll("[data-clips]")) {
      link.href = this.address(link.dataset.clips.split(","));
    }
  }

  // The same as the server writes.
  address(ids) {
    const { deck, followers, solo } = this;
    const offsets = ids.map((id) => followers.find((one) => one.id === id).offset);
    const parts = {
      clips: ids.join(","),
      offsets: offsets.some(Boolean) && offsets.join(","),
      frame: this.still > 0 && this.still + 1,
      rate: deck.rate !== 1 && deck.rate,
      loop: !deck.isLooping && "0",
      files: deck.file === "4k" && "4k",
      solo: solo > 0 && ids.indexOf(followers[solo - 1].id) + 1,
    };
    const said = Object.entries(parts).filter(([, value]) => value);
    return `${this.stage.dataset.address}?${said.map(([name, value]) => `${name}=${value}`).join("&")}`;
  }
}

const stage = document.querySelector("[data-compare]");
if (stage) {
  const page = new Compare(stage);
  const solos = ["1", "2", "3", "4"].map((key) => [key, () => page.toggleAlone(Number(key))]);
  listenToKeys(() => page.deck.transport, Object.fromEntries(solos));
}
