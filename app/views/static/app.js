"use strict";
// The little that the server cannot do on any page: keys, and forms that are sent only once.
(() => {
  const notice = document.getElementById("notice");
  let open = 0; // requests that htmx has under way
  let pressed = null; // the button that waits for them
  let reached = null; // the remark walked to last: the buttons 上一条 and 下一条 take its focus

  /** The remark that follows the one at hand, or precedes it; after the last comes the first. */
  const walk = (by) => {
    const remarks = [...document.querySelectorAll("[data-remark]:not(.settled)")];
    if (!remarks.length) return;
    const at = remarks.indexOf(document.activeElement.closest("[data-remark]") || reached);
    const next = at < 0 && by < 0 ? remarks.length - 1 : at + by;
    reached = remarks[(next + remarks.length) % remarks.length];
    reached.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "F8") {
      event.preventDefault();
      walk(event.shiftKey ? -1 : 1);
      return;
    }
    if (event.isComposing || event.keyCode === 229) return; // Enter that ends Chinese input
    const sheet = document.getElementById("sheet");
    if ((event.ctrlKey || event.metaKey) && event.key === "s" && sheet && !sheet.matches(".send")) {
      event.preventDefault();
      sheet.requestSubmit();
    }
  });

  document.addEventListener("input", ({ target }) => {
    const holder = target.parentElement;
    if (holder && holder.classList.contains("grow")) holder.dataset.text = target.value;
  });

  document.addEventListener("htmx:beforeRequest", () => {
    open += 1;
    document.body.classList.add("busy");
    notice.textContent = "";
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    open -= 1;
    const { status } = detail.xhr;
    // Cells are sent again by themselves, and the line below the sheet says so.
    const cells = detail.elt.id === "autosave";
    if (!cells && !status) notice.textContent = notice.dataset.offline;
    else if (!cells && status >= 500 && !notice.textContent) notice.textContent = notice.dataset.failed;
    if (open > 0) return;
    document.body.classList.remove("busy");
    if (pressed) pressed.form.requestSubmit(pressed);
    pressed = null;
  });

  // A form is sent once, and only when the cells typed before it have been answered.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // A download leaves the page where it is: it may be asked for again.
    if (form.hasAttribute("hx-post") || form.hasAttribute("data-download")) return;
    if (open > 0) {
      event.preventDefault();
      pressed = event.submitter || form.querySelector("button");
    } else if (form.dataset.sent) {
      event.preventDefault();
    } else {
      form.dataset.sent = "true";
    }
  });

  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false; // without JavaScript it could do nothing
    button.addEventListener("click", () => window.print());
  }

  document.addEventListener("click", ({ target }) => {
    const walker = target.closest("[data-walk]");
    if (walker) walk(Number(walker.dataset.walk));
  });

  const summoned = document.querySelector("[data-focus]");
  if (summoned) summoned.focus();
})();
