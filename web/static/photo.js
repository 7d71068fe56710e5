// Blurring with scripts: rectangles are drawn over the photo and sent in its own pixels.

const form = document.getElementById("blur");
const picture = document.getElementById("picture");
if (form && picture) {
  const image = picture.querySelector("img");
  const undo = form.querySelector(".undo");
  const send = form.querySelector(".first");
  const canvas = document.createElement("canvas");
  const parts = [];
  let begun = null;

  form.querySelector(".by-hand").hidden = true;
  form.querySelector(".with-script").hidden = false;
  undo.hidden = false;
  picture.append(canvas);

  // The width and height that the page names are those of the photo as it is kept.
  const wide = Number(image.getAttribute("width"));
  const high = Number(image.getAttribute("height"));
  canvas.width = wide;
  canvas.height = high;

  function place(event) {
    const box = canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * wide;
    const y = ((event.clientY - box.top) / box.height) * high;
    return [Math.min(Math.max(x, 0), wide), Math.min(Math.max(y, 0), high)].map(Math.round);
  }

  function between([x, y], [toX, toY]) {
    return [Math.min(x, toX), Math.min(y, toY), Math.abs(toX - x), Math.abs(toY - y)];
  }

  function draw(coming) {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, wide, high);
    pen.lineWidth = Math.max(wide, high) / 300;
    for (const part of coming ? [...parts, coming] : parts) {
      pen.fillStyle = "rgb(0 0 0 / 55%)";
      pen.fillRect(...part);
      pen.strokeStyle = "#fff";
      pen.strokeRect(...part);
    }
  }

  function changed() {
    form.elements.rectangles.value = parts.map((part) => part.join(",")).join(";");
    undo.disabled = send.disabled = parts.length === 0;
    draw();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (parts.length >= Number(form.dataset.most)) return;
    begun = place(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (begun) draw(between(begun, place(event)));
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!begun) return;
    const part = between(begun, place(event));
    begun = null;
    if (part[2] > 3 && part[3] > 3) parts.push(part);
    changed();
  });
  canvas.addEventListener("pointercancel", () => {
    begun = null;
    draw();
  });
  undo.addEventListener("click", () => {
    parts.pop();
    changed();
  });
  changed();
}
