// Lets elapsed times tick, from the seconds the server counted; the two clocks need not agree.
// The thin line is elapsed time against the usual time, and it stops at the end.

const starts = new WeakMap();

function seconds(element) {
  if (!starts.has(element)) starts.set(element, performance.now() / 1000 - Number(element.dataset.elapsed));
  return Math.max(0, performance.now() / 1000 - starts.get(element));
}

function clock(total) {
  const pad = (number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, Math.floor(total) % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

function tick() {
  for (const element of document.querySelectorAll(".clock[data-elapsed]")) {
    element.textContent = clock(seconds(element));
  }
  for (const line of document.querySelectorAll("rect[data-usual]")) {
    line.setAttribute("width", Math.min(100, (100 * seconds(line)) / Number(line.dataset.usual)));
  }
}

setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
tick();
