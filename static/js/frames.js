// Frames, and the seconds they stand for: all of a film's are taken to be equally long.

export class Frames {
  constructor(count, seconds) {
    this.count = Number(count) || 1;
    this.seconds = Number(seconds) || 1;
    this.length = this.seconds / this.count;
  }

  at(seconds) { return this.clamp(Math.floor(seconds / this.length + 0.01)); }

  // A frame's beginning may be the end of the one before; its middle is nothing else's.
  middle(frame) { return (frame + 0.5) * this.length; }

  clamp(frame) { return Math.max(0, Math.min(this.count - 1, frame)); }
}

export function timecode(seconds) {
  const hundredths = Math.round(seconds * 100);
  const pad = (number) => String(number).padStart(2, "0");
  return `${Math.floor(hundredths / 6000)}:${pad(Math.floor(hundredths / 100) % 60)}.${pad(hundredths % 100)}`;
}
