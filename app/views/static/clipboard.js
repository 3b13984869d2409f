// A copied block as rows of texts. It is only cut into cells here: what they mean the server says.

/** Rows of a table copied as HTML; the places that a merged cell covers are blank. */
export const tableRows = (html) => {
  const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
  if (!table) return [];
  const rows = [...table.rows].map(() => []);
  [...table.rows].forEach((row, y) => {
    let x = 0;
    for (const cell of row.cells) {
      while (rows[y][x] !== undefined) x += 1;
      for (let down = 0; down < Math.min(cell.rowSpan || 1, rows.length - y); down += 1) {
        for (let right = 0; right < cell.colSpan; right += 1) rows[y + down][x + right] = "";
      }
      rows[y][x] = textOf(cell);
      x += cell.colSpan;
    }
  });
  return rows;
};

/** The text of a copied cell: line breaks are elements, the others are only how it was written. */
const textOf = (cell) => {
  for (const end of cell.querySelectorAll("br")) end.replaceWith("\u2028");
  for (const end of cell.querySelectorAll("p + p, div + div")) end.prepend("\u2028");
  return cell.textContent.replace(/[\t\n\r \u00a0]+/g, " ").replace(/ ?\u2028 ?/g, "\n").trim();
};

/** Rows of tab-separated text; a cell in quotes may hold tabs, line breaks and doubled quotes. */
export const textRows = (text) => {
  const rows = [[]];
  const cell = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/y;
  while (cell.lastIndex < text.length) {
    const [, quoted, plain, end] = cell.exec(text);
    rows[rows.length - 1].push(quoted === undefined ? plain : quoted.replace(/""/g, '"').replace(/\r\n?/g, "\n"));
    if (!end) break;
    if (end !== "\t") rows.push([]);
    else if (cell.lastIndex === text.length) rows[rows.length - 1].push("");
  }
  if (!rows[rows.length - 1].length) rows.pop();
  return rows.map((row) => row.map((each) => each.replace(/^[\s\u00a0]+|[\s\u00a0]+$/g, "")));
};

/** The block that was copied, or null where it is text for one cell, to be pasted as ever. */
export const blockOf = (data, cell) => {
  const html = data.getData("text/html");
  const text = data.getData("text/plain");
  const table = html.includes("<table") ? tableRows(html) : [];
  const lines = cell.matches("textarea") ? text.includes("\t") : /[\t\n]/.test(text.trim());
  const rows = table.length ? table : lines ? textRows(text) : [];
  return rows.length > 1 || (rows[0] || []).length > 1 ? rows : null;
};
