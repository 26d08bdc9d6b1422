// SPDX-License-Identifier: Apache-2.0
// A file dropped anywhere on the page is read at once.
const form = document.querySelector(".intake");
const input = form.querySelector("input[type=file]");
const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
document.addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  form.classList.add("over");
});
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
document.addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  form.classList.remove("over");
  input.files = event.dataTransfer.files;
  form.querySelector("textarea").value = "";
  form.requestSubmit();
});
