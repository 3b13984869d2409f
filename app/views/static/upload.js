"use strict";
// Uploading: a look at the sizes before anything is sent, progress while it is, focus afterwards.
(() => {
  const element = (id) => document.getElementById(id);

  /** What is wrong with the files chosen, in words of the page; "" for nothing. */
  const fault = (input) => {
    const files = [...input.files];
    if (files.length > Number(input.dataset.most)) return input.dataset.tooMany;
    const large = files.find((file) => file.size > Number(input.dataset.largest));
    return large ? `“${large.name}”${input.dataset.tooLarge}` : "";
  };

  const check = (input) => {
    const message = fault(input);
    element("upload-note").textContent = message;
    if (message) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    return !message;
  };

  document.addEventListener("change", ({ target }) => {
    if (target.id === "upload-files") check(target);
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id !== "upload-form") return;
    const input = element("upload-files");
    if (!check(input)) {
      event.preventDefault();
      input.focus();
      return;
    }
    element("upload-sending").hidden = false;
    event.target.querySelector("button").disabled = true;
  });

  document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
    if (target.id !== "upload-form" || !detail.lengthComputable) return;
    const percent = Math.floor((detail.loaded / detail.total) * 100);
    const words = element("upload-percent");
    element("upload-sending").querySelector("progress").value = percent;
    words.textContent = percent < 100 ? `${percent}%` : words.dataset.checking;
  });

  // An answer that did not replace the form (no network, no scanner) leaves it fit to be sent again.
  document.addEventListener("htmx:afterRequest", ({ target }) => {
    if (target.id !== "upload-form" || !target.isConnected) return;
    element("upload-sending").hidden = true;
    target.querySelector("button").disabled = false;
  });

  document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
    const told = detail.target.isConnected ? detail.target : element("evidence");
    const summoned = told && told.querySelector("[data-focus]");
    if (summoned) summoned.focus();
  });

  // The link of a row chooses the row and leaves the page where it is.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-place]");
    if (!link) return;
    event.preventDefault();
    element("upload-line").value = link.dataset.place;
    element("upload-files").focus();
    element("upload-files").click();
  });
})();
