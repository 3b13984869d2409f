// An answer about 200 rows has a thousand small parts: those are put in their places here, at once,
// and only the few that htmx has to know (forms, what it preserves) are left to it.

const ALIVE = "form, [hx-post], [hx-get], [hx-preserve]";

/** Put a part in the place of the one with its id; the focus stays where it was. */
const put = (part, place) => {
  const focused = place.contains(document.activeElement);
  place.replaceWith(part);
  const again = focused && part.querySelector("[tabindex]");
  if (again) again.focus();
};

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.shouldSwap || !detail.serverResponse.includes("hx-swap-oob")) return;
  const answer = document.createElement("template");
  answer.innerHTML = detail.serverResponse;
  for (const part of [...answer.content.children]) {
    const place = part.id && document.getElementById(part.id);
    const small = part.getAttribute("hx-swap-oob") === "true" && !part.matches(ALIVE) && !part.querySelector(ALIVE);
    if (place && small) put(part, place);
  }
  detail.serverResponse = answer.innerHTML;
});
