// Rectangles over a picture: drawn with the mouse, a pen or a finger, kept as shares of the picture.
"use strict";

const cover = document.querySelector("[data-cover]");
const field = document.querySelector("[data-rectangles]");
const uncover = document.querySelector("[data-uncover]");
const SMALLEST = 0.004; // a click is no rectangle
const drawn = [];
let begun = null;
let shape = null;

function within(event) {
  const box = cover.querySelector("img").getBoundingClientRect();
  const share = (value, start, size) => Math.min(1, Math.max(0, (value - start) / size));
  return [share(event.clientX, box.left, box.width), share(event.clientY, box.top, box.height)];
}

function between(one, other) {
  const left = Math.min(one[0], other[0]);
  const top = Math.min(one[1], other[1]);
  return [left, top, Math.abs(one[0] - other[0]), Math.abs(one[1] - other[1])];
}

function place(element, [left, top, width, height]) {
  Object.assign(element.style, {
    left: `${left * 100}%`,
    top: `${top * 100}%`,
    width: `${width * 100}%`,
    height: `${height * 100}%`,
  });
}

function keep() {
  field.value = JSON.stringify(drawn.map((entry) => entry.rectangle));
  uncover.hidden = drawn.length === 0;
}

cover.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  cover.setPointerCapture(event.pointerId);
  begun = within(event);
  shape = document.createElement("span");
  cover.append(shape);
});

cover.addEventListener("pointermove", (event) => {
  if (begun) place(shape, between(begun, within(event)));
});

cover.addEventListener("pointerup", (event) => {
  if (!begun) return;
  const rectangle = between(begun, within(event));
  begun = null;
  if (rectangle[2] < SMALLEST || rectangle[3] < SMALLEST) {
    shape.remove();
    return;
  }
  place(shape, rectangle);
  drawn.push({ rectangle, shape });
  keep();
});

cover.addEventListener("pointercancel", () => {
  if (begun) shape.remove();
  begun = null;
});

uncover.addEventListener("click", () => {
  drawn.pop().shape.remove();
  keep();
});

for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
keep();
