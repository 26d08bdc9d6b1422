"use strict";
(() => {
  const stops = [...document.querySelectorAll("[tabindex='0'][id]")];
  const live = document.querySelector(".live");
  const has = (element, name, id) => (element.dataset[name] || "").split(" ").includes(id);
  const clear = () => document.querySelectorAll(".on, .said").forEach((e) => e.classList.remove("on", "said"));
  const show = (id) => {
    clear();
    document.querySelectorAll("[data-a]").forEach((e) => { if (has(e, "a", id)) e.classList.add("on"); });
    const link = document.querySelector(`nav a[data-a="${id}"]`);
    const speaker = link && link.closest("[data-s]");
    if (!speaker) return;
    document.querySelectorAll("[data-m]").forEach((e) => { if (has(e, "m", speaker.dataset.s)) e.classList.add("said"); });
    link.scrollIntoView({ block: "nearest" });
    live.textContent = `${speaker.querySelector("h2").textContent}: ${link.textContent}`;
  };
  const idOf = (element) => element && (element.id || (element.dataset.a || "").split(" ").pop());
  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const element = event.target.closest("[data-a]");
      if (element) show(idOf(element));
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("nav a");
    const target = link && document.getElementById(link.dataset.a);
    if (target) target.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return clear();
    const step = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (!step || !stops.length) return;
    const at = stops.indexOf(document.activeElement);
    stops[at < 0 ? (step > 0 ? 0 : stops.length - 1) : (at + step + stops.length) % stops.length].focus();
  });
})();
