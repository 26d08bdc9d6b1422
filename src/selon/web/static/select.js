// SPDX-License-Identifier: Apache-2.0
// Words selected in the article become the words of a correction, or the beginning of an attribution that was missed.
const text = document.querySelector(".text");
const article = document.querySelector("[data-page]");
const form = document.querySelector("form[data-selects]");
const take = form?.querySelector("[data-take]");
let offer = null;

// Places are counted in code points of the text, which is all text of the article in its order.
const before = (node, offset) => {
  const range = document.createRange();
  range.setStart(text, 0);
  range.setEnd(node, offset);
  return [...range.toString()].length;
};
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.commonAncestorContainer)) return null;
  const words = range.toString();
  const start = before(range.startContainer, range.startOffset) + [...words].length - [...words.trimStart()].length;
  return words.trim() ? { words: words.trim(), start, end: start + [...words.trim()].length, box: range.getBoundingClientRect() } : null;
}
function withdraw() { offer?.remove(); offer = null; }
function follow() {
  const words = selected();
  if (take) take.hidden = !words && take.hidden;
  if (!words) return withdraw();
  if (form) { form.chosen = words; return; }
  offer ??= document.body.appendChild(Object.assign(document.createElement("a"), { className: "button offer", textContent: `+ ${article.dataset.add}` }));
  offer.href = `${article.dataset.page}?add=${words.start}-${words.end}#panel`;
  offer.style.top = `${scrollY + words.box.bottom + 8}px`;
  offer.style.left = `${scrollX + Math.max(8, Math.min(words.box.left, innerWidth - 300))}px`;
}
document.addEventListener("selectionchange", follow);
follow(); // words may have been selected before this was loaded
take?.addEventListener("click", () => {
  if (!form.chosen) return;
  form.elements.words.value = form.chosen.words;
  form.elements.selected.value = `${form.chosen.start}-${form.chosen.end}`;
  form.elements.words.focus();
});
