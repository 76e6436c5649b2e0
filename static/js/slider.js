// Makes sliders of the form's number fields: without scripts a slider would not say its number, a field does.

function refresh() {
  for (const slider of document.querySelectorAll("input.range")) {
    slider.type = "range";
    const { min, max, value } = slider;
    // On the parent: htmx copies the style of what has an id to what replaces it, which the policy forbids.
    slider.parentElement.style.setProperty("--at", (value - min) / (max - min));
  }
}

document.addEventListener("input", refresh);
document.addEventListener("htmx:afterSwap", refresh);
refresh();
