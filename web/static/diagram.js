// Drawings with scripts: they begin where the case stands, or at the start, and can be zoomed.
// Without scripts they are scrolled at their own size.

const LEAST = 0.25;
const MOST = 2;

for (const box of document.querySelectorAll(".diagram")) {
  const drawing = box.querySelector("svg");
  const centre = () => showFirst(box, drawing);
  box.closest("details")?.addEventListener("toggle", centre);
  centre();
  const buttons = box.parentElement.querySelector(".zoom");
  if (buttons) zoomed(box, drawing, buttons);
}

function showFirst(box, drawing) {
  const first = drawing.querySelector(".now .frame") ?? drawing.querySelector(".start .dot");
  const [there, here] = [first.getBoundingClientRect(), box.getBoundingClientRect()];
  box.scrollLeft += there.left + there.width / 2 - here.left - box.clientWidth / 2;
  box.scrollTop += there.top + there.height / 2 - here.top - box.clientHeight / 2;
}

function zoomed(box, drawing, buttons) {
  const [width, height] = ["width", "height"].map((name) => Number(drawing.getAttribute(name)));
  let scale = 1;

  function show(wanted) {
    const middle = (box.scrollLeft + box.clientWidth / 2) / scale;
    scale = Math.min(MOST, Math.max(LEAST, wanted));
    drawing.setAttribute("width", Math.round(width * scale));
    drawing.setAttribute("height", Math.round(height * scale));
    box.scrollLeft = middle * scale - box.clientWidth / 2;
  }

  buttons.hidden = false;
  buttons.addEventListener("click", ({ target }) => {
    const way = Number(target.dataset.zoom);
    show(way ? scale * (way > 0 ? 1.25 : 0.8) : Math.min(1, box.clientWidth / width));
  });
}
