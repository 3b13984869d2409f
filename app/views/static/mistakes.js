"use strict";
// A page that comes back with mistakes has the focus on them: on its list, else on the first.
(() => {
  if (document.querySelector("[data-focus]")) return; // app.js focuses what asks for it
  const first = document.querySelector("main [aria-invalid=true], main [role=alert]:not(:empty)");
  if (!first || document.activeElement !== document.body) return;
  if (!first.matches("input, select, textarea, button, a[href], [tabindex]")) first.tabIndex = -1;
  first.focus();
})();
