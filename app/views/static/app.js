"use strict";
// The little that the server cannot do: keys, the state of a cell, and attributes that follow
// what the server wrote beside it.
(() => {
  const SAVED_FOR_MS = 2000;
  const notice = document.getElementById("notice");
  let open = 0; // requests that htmx has under way
  let pressed = null; // the button that waits for them

  const cellsIn = (row, state) => row.querySelectorAll(`td[data-state="${state}"]`);

  /** A note of the server becomes attributes of the cell that it speaks of. */
  const mirror = (note) => {
    const cell = document.getElementById(note.dataset.of);
    if (!cell) return;
    for (const [attribute, value] of [
      ["aria-invalid", note.dataset.invalid],
      ["aria-required", note.dataset.required],
    ]) {
      if (value === "true") cell.setAttribute(attribute, "true");
      else cell.removeAttribute(attribute);
    }
  };

  /** The answer to a row tells how each cell that was on its way has fared. */
  const settle = (row, saved) => {
    for (const place of cellsIn(row, "saving")) {
      if (place.querySelector("[aria-invalid]")) delete place.dataset.state;
      else place.dataset.state = saved ? "saved" : "unsaved";
      setTimeout(() => {
        if (place.dataset.state === "saved") delete place.dataset.state;
      }, SAVED_FOR_MS);
    }
  };

  /** How many cells the server does not hold as they are typed. */
  const count = () => {
    const status = document.getElementById("unsaved");
    if (!status) return;
    const places = new Set();
    document.querySelectorAll('td[data-state="unsaved"]').forEach((place) => places.add(place));
    document.querySelectorAll(".sheet [aria-invalid]").forEach((cell) => places.add(cell.closest("td")));
    status.textContent = places.size ? `${places.size} ${status.dataset.words}` : "";
    document.body.classList.toggle("unsent", places.size > 0);
  };

  /** The same column some rows down or up, as in a spreadsheet. */
  const step = (cell, by) => {
    const column = [...document.querySelectorAll(`[data-column="${cell.dataset.column}"]`)]
      .filter((other) => other.offsetParent !== null);
    const next = column[column.indexOf(cell) + by];
    if (next) next.focus();
    else cell.blur();
  };

  /** The remark that follows the one at hand, or precedes it; after the last comes the first. */
  const walk = (by) => {
    const remarks = [...document.querySelectorAll("[data-remark]:not(.settled)")];
    if (!remarks.length) return;
    const at = remarks.indexOf(document.activeElement.closest("[data-remark]"));
    const next = at < 0 && by < 0 ? remarks.length - 1 : at + by;
    remarks[(next + remarks.length) % remarks.length].focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "F8") {
      event.preventDefault();
      walk(event.shiftKey ? -1 : 1);
      return;
    }
    if (event.isComposing || event.keyCode === 229) return; // Enter that ends Chinese input
    const sheet = document.getElementById("sheet");
    if ((event.ctrlKey || event.metaKey) && event.key === "s" && sheet) {
      event.preventDefault();
      sheet.requestSubmit();
    } else if (event.key === "Enter" && event.target.matches("input.cell")) {
      event.preventDefault();
      step(event.target, event.shiftKey ? -1 : 1);
    }
  });

  document.addEventListener("input", ({ target }) => {
    const holder = target.parentElement;
    if (holder && holder.classList.contains("grow")) holder.dataset.text = target.value;
  });

  document.addEventListener("change", ({ target }) => {
    const place = target.closest(".sheet td");
    if (place) place.dataset.state = "waiting";
    if (!target.matches("select.cell")) return;
    target.classList.toggle("blank", !target.value);
    // Points were given for the tier that stood here before, and hold for no other.
    const judged = target.closest("tr").querySelector('[data-column="judged"]');
    if (judged) judged.value = "";
  }, true);

  document.addEventListener("htmx:beforeRequest", ({ target }) => {
    open += 1;
    document.body.classList.add("busy");
    notice.textContent = "";
    for (const state of ["waiting", "unsaved"]) {
      for (const place of cellsIn(target, state)) place.dataset.state = "saving";
    }
  });

  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    open -= 1;
    document.querySelectorAll(".note[data-of]").forEach(mirror);
    const { status } = detail.xhr;
    settle(target, status >= 200 && status < 300);
    if (!status) notice.textContent = notice.dataset.offline;
    else if (status >= 500 && !notice.textContent) notice.textContent = notice.dataset.failed;
    if (open > 0) return;
    count();
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

  window.addEventListener("beforeunload", (event) => {
    const sent = [...document.forms].some((form) => form.dataset.sent);
    const left = document.querySelector('td[data-state="waiting"], td[data-state="saving"], td[data-state="unsaved"]');
    if (sent || !left) return;
    event.preventDefault();
    event.returnValue = ""; // what Chromium before 119 looks at
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
