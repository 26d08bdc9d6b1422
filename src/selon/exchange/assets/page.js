// SPDX-License-Identifier: Apache-2.0
// Joins what belongs together when an attribution is pointed at or focused, and steps through attributions. Used by the
// self-contained document and by the web pages.
"use strict";
(() => {
  const stops = [...document.querySelectorAll(".text [tabindex='0'][id]")];
  const live = document.querySelector(".live");
  const position = document.querySelector(".position");
  const steps = document.querySelector(".steps");
  const panel = document.getElementById("panel");
  let current = -1;
  const has = (element, name, id) => (element.dataset[name] || "").split(" ").includes(id);
  const clear = () => document.querySelectorAll(".on, .said").forEach((e) => e.classList.remove("on", "said"));
  const show = (id, tell) => {
    clear();
    document.querySelectorAll("[data-a]").forEach((e) => { if (has(e, "a", id)) e.classList.add("on"); });
    const at = stops.findIndex((stop) => stop.id === id);
    const link = document.querySelector(`a[data-a="${CSS.escape(id)}"]`);
    const speaker = link && link.closest("[data-c]");
    if (at >= 0) { current = at; place(speaker && speaker.querySelector("h2, h3").textContent); }
    if (!speaker) return;
    if (speaker.dataset.s) document.querySelectorAll("[data-m]").forEach((e) => { if (has(e, "m", speaker.dataset.s)) e.classList.add("said"); });
    const margin = link.closest(".beside, nav");
    // a form that stands open in the margin stays in sight
    if (margin && !panel && margin.scrollHeight > margin.clientHeight) {
      const far = link.getBoundingClientRect().top - margin.getBoundingClientRect().top - margin.clientHeight / 3;
      if (Math.abs(far) > margin.clientHeight / 4) margin.scrollTop += far;
    }
    if (tell && live) live.textContent = `${speaker.querySelector("h2, h3").textContent}: ${link.textContent}`;
  };
  const place = (who) => { if (position) position.textContent = `${current + 1} / ${stops.length}${who ? ` · ${who}` : ""}`; };
  const step = (by) => {
    if (!stops.length) return;
    const at = stops.indexOf(document.activeElement);
    const from = at >= 0 ? at : current;
    stops[from < 0 ? (by > 0 ? 0 : stops.length - 1) : (from + by + stops.length) % stops.length].focus();
  };
  // An address that names words which no attribution begins with now: the words themselves are selected.
  const select = (start, end) => {
    const walker = document.createTreeWalker(document.querySelector(".text"), NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    let seen = 0;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const points = [...node.data];
      const unit = (point) => points.slice(0, point - seen).join("").length;
      if (start >= seen && start < seen + points.length) range.setStart(node, unit(start));
      if (end > seen && end <= seen + points.length) {
        range.setEnd(node, unit(end));
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        node.parentElement.scrollIntoView({ block: "center" });
        return;
      }
      seen += points.length;
    }
  };
  // A form that stands open beside the article: the words that it is about are brought into sight, then its beginning.
  const open = () => {
    const words = document.getElementById(panel.dataset.about);
    if (words) {
      show(words.id);
      words.scrollIntoView({ block: "center", behavior: "instant" });
    }
    panel.parentElement.scrollTop = 0;
    const field = panel.querySelector("textarea, select, input:not([type='hidden'])");
    const sight = (element) => { const box = element.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; };
    if (!sight(panel.firstElementChild) || !sight(field)) panel.scrollIntoView({ block: "start", behavior: "instant" });
    // browsers that follow an address to the form take the focus back from its field
    const begin = () => { if (!panel.contains(document.activeElement) || document.activeElement === panel) field.focus({ preventScroll: true }); };
    panel.addEventListener("focus", begin, { once: true });
    begin();
  };
  const follow = () => {
    const id = location.hash.slice(1);
    const target = id && document.getElementById(id);
    const words = /^a-(\d+)-(\d+)$/.exec(id);
    if (target && stops.includes(target)) target.focus();
    else if (words) select(Number(words[1]), Number(words[2]));
  };
  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const element = event.target.closest("[data-a]");
      if (element) show(element.id || element.dataset.a.split(" ").pop(), kind === "focusin");
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-a]");
    const target = link && document.getElementById(link.dataset.a);
    if (target) target.focus();
    const button = event.target.closest("[data-step]");
    if (button) step(Number(button.dataset.step));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    if (event.key === "Escape") return clear();
    // single letters act only where the focus is on the article or on what stands beside it (WCAG 2.1.4)
    if (!event.target.closest(".text, .margin, .steps, article nav")) return;
    const entry = event.key === "Enter" && stops.includes(event.target) && document.querySelector(`a[data-a="${CSS.escape(event.target.id)}"]`);
    if (entry) {
      event.preventDefault();
      return entry.focus();
    }
    const by = { j: 1, n: 1, k: -1, p: -1 }[event.key.toLowerCase()];
    if (by) step(by);
  });
  addEventListener("hashchange", follow);
  // a click into the text lets the letters act there
  document.querySelectorAll(".text").forEach((text) => { text.tabIndex = -1; });
  if (steps && stops.length) { steps.hidden = false; if (position) position.textContent = `– / ${stops.length}`; }
  if (panel) open();
  else follow();
})();
