"use strict";
// The guidance of a row beside the sheet instead of on a page of its own: what is typed stays.
(() => {
  const drawer = document.getElementById("guide");
  if (!drawer || !drawer.showModal) return; // the links lead to the page
  const panel = drawer.querySelector("[data-panel]");
  let asked = null; // the link that asked last

  const show = async (link) => {
    asked = link;
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
    if (asked !== link) return;
    if (!answer.ok || answer.redirected) {
      window.location.assign(link.href); // the page says what is wrong, or asks to log in
      return;
    }
    panel.innerHTML = await answer.text();
    if (!drawer.open) drawer.showModal();
    drawer.scrollTop = 0;
    panel.querySelector("h2").focus();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-guide]");
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (link && plain) {
      event.preventDefault();
      show(link).catch(() => window.location.assign(link.href));
    } else if (event.target === drawer || event.target.closest("[data-close]")) {
      drawer.close(); // a click beside the panel closes it too
    }
  });

  drawer.addEventListener("close", () => {
    if (asked) asked.focus();
  });
})();
