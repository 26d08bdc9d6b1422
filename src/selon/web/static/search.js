// SPDX-License-Identifier: Apache-2.0
// Search as you type: the results of the address that the form stands for take the place of the shown ones.
const form = document.querySelector("form[data-live]");
const input = form.querySelector("input[type=search]");
const region = () => document.getElementById(form.dataset.live);
const WAIT = 180; // milliseconds without a key, after which somebody looks up
let timer, running;

async function update() {
  const fields = [...new FormData(form)].filter(([, value]) => value);
  const query = new URLSearchParams(fields).toString();
  const address = form.getAttribute("action") + (query ? `?${query}` : "");
  running?.abort();
  running = new AbortController();
  try {
    const response = await fetch(address, { signal: running.signal, headers: { Accept: "text/html" } });
    if (!response.headers.get("content-type")?.startsWith("text/html")) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById(form.dataset.live);
    if (!fresh) return;
    region().replaceWith(fresh);
    fold();
    document.title = page.title;
    history.replaceState(null, "", address);
  } catch (error) {
    if (error.name !== "AbortError") form.submit();
  }
}

// On a narrow screen the filters would stand before the results.
function fold() {
  if (matchMedia("(max-width: 58rem)").matches) document.querySelector(".facets-fold")?.removeAttribute("open");
}

input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(update, WAIT); });
fold();
