// Keys of the sheet as in a spreadsheet: Enter and the arrows between rows, Escape, undoing a paste.
import { isCell, write } from "./cells.js";

let before = ""; // what the cell at hand showed when it was entered
let pasted = false; // nothing was typed since the last paste

/** The cell of the same column in a row further down or up, passing rows that have none. */
const neighbour = (cell, by) => {
  let row = cell.closest("tr");
  for (;;) {
    row = by > 0 ? row.nextElementSibling : row.previousElementSibling;
    if (!row) return null;
    const found = row.querySelector(`.cell[data-column="${cell.dataset.column}"]`);
    if (found && found.offsetParent) return found;
  }
};

const step = (cell, by) => {
  const next = neighbour(cell, by);
  if (!next) {
    cell.blur();
    return;
  }
  next.focus();
  if (next.matches("input")) next.select();
};

/** Whether an arrow would leave a text that is written over several lines. */
const atEdge = (cell, by) => {
  if (!cell.matches("textarea")) return cell.matches("input");
  const { selectionStart: from, selectionEnd: to, value } = cell;
  return from === to && (by > 0 ? from === value.length : from === 0);
};

const restore = (cell) => {
  if (cell.value === before) return;
  write(cell, before);
  cell.dispatchEvent(new Event("input", { bubbles: true }));
};

const keys = {
  Enter: (cell, event) => {
    if (cell.matches("textarea") && !event.ctrlKey) return false;
    step(cell, event.shiftKey ? -1 : 1);
    return true;
  },
  ArrowDown: (cell, event) => !event.altKey && !event.shiftKey && atEdge(cell, 1) && (step(cell, 1), true),
  ArrowUp: (cell, event) => !event.altKey && !event.shiftKey && atEdge(cell, -1) && (step(cell, -1), true),
  Escape: (cell) => {
    restore(cell);
    return true;
  },
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return; // Enter that ends Chinese input
  const button = document.querySelector("#undo button");
  if (pasted && button && (event.ctrlKey || event.metaKey) && event.key === "z") {
    event.preventDefault();
    pasted = false;
    button.click();
  } else if (isCell(event.target) && Object.keys(keys).includes(event.key) && keys[event.key](event.target, event)) {
    event.preventDefault();
  }
});

document.addEventListener("focusin", ({ target }) => {
  if (isCell(target)) before = target.value;
});
document.addEventListener("input", ({ target }) => {
  if (isCell(target)) pasted = false;
});
document.addEventListener("sheet:pasted", () => {
  pasted = true;
  if (isCell(document.activeElement)) before = document.activeElement.value;
});
