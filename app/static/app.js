// The few things a page can't say in HTML. Everything works without this file; it only makes things quicker or kinder.

// No answer came (no network, the server is down): the text is still on the page, so say that.
document.addEventListener("htmx:error", (event) => {
  if (!event.detail?.ctx) return;                        // a fault in a page, not in the line
  const place = document.getElementById("notice"), words = document.getElementById("no-answer");
  if (place && words) place.replaceChildren(words.content.cloneNode(true));
});

// A later answer that did arrive takes the notice away again.
document.addEventListener("htmx:after:request", (event) => {
  if (event.detail?.ctx?.response?.status < 400) document.getElementById("notice")?.replaceChildren();
});

// The menus of the bar close with Escape, and when something else is pointed at.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector(".top details[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll(".top details[open]")) if (!open.contains(event.target)) open.open = false;
});

// A link in the list of faults leads to its field: put the cursor there too, also in a group of choices.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".faults a[href^='#']");
  const field = link && document.getElementById(link.getAttribute("href").slice(1));
  if (field) requestAnimationFrame(() => field.focus());
});

// A question that only counts after a certain answer is shown after that answer. What has a fault stays in sight.
function fit(form) {
  for (const part of form.querySelectorAll("[data-need]")) {
    const chosen = new FormData(form).getAll(part.dataset.need);
    const wanted = part.dataset.needValues.split(" ");
    part.hidden = !chosen.some((one) => wanted.includes(one)) && !part.querySelector(".error");
  }
}
function fitAll() {
  for (const form of document.forms) if (form.querySelector("[data-need]")) fit(form);
}
document.addEventListener("change", (event) => { if (event.target.form?.querySelector("[data-need]")) fit(event.target.form); });
document.addEventListener("htmx:after:swap", fitAll);
fitAll();
