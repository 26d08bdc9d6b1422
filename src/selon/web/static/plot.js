// SPDX-License-Identifier: Apache-2.0
// Dragging over the months of a plot chooses a time; a click on one month stays a link.
const plot = document.querySelector(".plot");
const form = document.querySelector("form.range");
const SVG = "http://www.w3.org/2000/svg";

if (plot && form) {
  const step = Number(form.dataset.step);
  const count = Number(form.dataset.months);
  const [year, month] = form.dataset.first.split("-").map(Number);
  const height = plot.viewBox.baseVal.height - 18;
  let from = null, brush = null;

  const place = (event) => {
    const box = plot.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * plot.viewBox.baseVal.width;
    return Math.min(count - 1, Math.max(0, Math.floor(x / step)));
  };
  const key = (at) => {
    const months = year * 12 + month - 1 + at;
    return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
  };
  plot.addEventListener("dragstart", (event) => event.preventDefault());
  plot.addEventListener("pointerdown", (event) => { if (event.button === 0) from = place(event); });
  addEventListener("pointermove", (event) => {
    if (from === null) return;
    const [first, last] = [from, place(event)].sort((a, b) => a - b);
    if (first === last && !brush) return;
    if (!brush) {
      brush = document.createElementNS(SVG, "rect");
      brush.setAttribute("class", "brush");
      brush.setAttribute("y", "0");
      brush.setAttribute("height", height);
      plot.append(brush);
    }
    brush.setAttribute("x", first * step);
    brush.setAttribute("width", (last - first + 1) * step);
    form.elements.since.value = key(first);
    form.elements.until.value = key(last);
  });
  addEventListener("pointerup", () => {
    from = null;
    if (brush) form.requestSubmit();
  });
  plot.addEventListener("click", (event) => { if (brush) event.preventDefault(); }, true);
}
