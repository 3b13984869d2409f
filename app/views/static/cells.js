// The places to type in the sheet: their texts, their marks, and what the server said of them.

const marks = document.getElementById("cell-states").content;

export const isCell = (target) => target instanceof Element && target.matches(".sheet .cell");

/** What the server says below a cell. */
export const note = (cell) => document.getElementById(`${cell.id}-note`);

export const cellOf = (said) => document.getElementById(said.dataset.of);

/** What the cell showed when the page came, before anybody typed. */
export const initial = (cell) => {
  if (!cell.matches("select")) return cell.defaultValue;
  const chosen = [...cell.options].find((option) => option.defaultSelected);
  return chosen ? chosen.value : "";
};

/** Let a cell show a text; a choice that it does not offer is added to it. */
export const write = (cell, text) => {
  if (cell.matches("select")) {
    if (![...cell.options].some((option) => option.value === text)) cell.add(new Option(text, text));
    cell.classList.toggle("blank", !text);
  }
  cell.value = text;
  if (cell.parentElement.matches(".grow")) cell.parentElement.dataset.text = text;
};

/** The state of a cell: an edge, an icon with words, or nothing for "". */
export const mark = (cell, state, why = "") => {
  const place = cell.closest("td");
  const old = place.querySelector(".state");
  if (old) old.remove();
  delete place.dataset.why;
  if (!state) {
    delete place.dataset.state;
    return;
  }
  place.dataset.state = state;
  if (why) place.dataset.why = why;
  place.append(marks.querySelector(`[data-state="${state}"]`).cloneNode(true));
};

export const stateOf = (cell) => cell.closest("td").dataset.state || "";

/** What the server said becomes attributes of the cell; `hush` keeps a fault back meanwhile. */
export const tell = (cell, hush) => {
  const said = note(cell);
  if (!said) return;
  const invalid = said.dataset.invalid === "true";
  said.classList.toggle("hushed", invalid && hush);
  for (const [name, on] of [
    ["aria-invalid", invalid && !hush],
    ["aria-required", said.dataset.required === "true"],
  ]) {
    if (on) cell.setAttribute(name, "true");
    else cell.removeAttribute(name);
  }
};
