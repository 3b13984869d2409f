// A block copied from a spreadsheet fills the sheet from the cell at hand to the right and down.
import { blockOf } from "./clipboard.js";
import { isCell } from "./cells.js";

const told = document.getElementById("told");

/** The rows of the cell's table from its own on. */
const rowsFrom = (cell) => {
  const row = cell.closest("tr");
  const rows = [...row.closest("tbody").rows];
  return rows.slice(rows.indexOf(row));
};

/** Which texts of a block go into which cells; blank ones leave the cell as it is. */
const place = (block, cell) => {
  const rows = rowsFrom(cell);
  const own = cell.closest("td");
  // Level cells cover several rows: only counted from the right a column is the same in each.
  const fromRight = own.parentElement.cells.length - own.cellIndex;
  const found = { cells: [], closed: 0, beyond: 0 };
  block.forEach((texts, y) => {
    texts.forEach((text, x) => {
      if (!text) return;
      const row = rows[y];
      const target = row && x < fromRight ? row.cells[row.cells.length - fromRight + x] : null;
      const typed = target && target.querySelector(".cell");
      if (!target) found.beyond += 1;
      else if (typed && typed.offsetParent) found.cells.push([typed, text]);
      else found.closed += 1;
    });
  });
  return found;
};

/** How many cells were filled, and how many texts found no place. */
const report = ({ cells, closed, beyond }) => {
  const counts = { filled: cells.length, closed, beyond };
  const parts = Object.keys(counts)
    .filter((name) => counts[name])
    .map((name) => told.dataset[name].replace("{n}", counts[name]));
  told.textContent = parts.join("，") || told.dataset.nothing;
};

document.addEventListener("paste", (event) => {
  if (!isCell(event.target)) return;
  const block = blockOf(event.clipboardData, event.target);
  if (!block) return;
  event.preventDefault();
  const found = place(block, event.target);
  if (found.cells.length) document.dispatchEvent(new CustomEvent("sheet:pasted", { detail: found }));
  report(found);
});

document.addEventListener("input", () => {
  if (told.textContent) told.textContent = "";
});
