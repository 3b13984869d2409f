// Every cell of the sheet is saved by itself soon after it was typed; what could not be sent is
// sent later. A cell names the texts that it may hold on the server (`known`), so that a request
// whose answer was lost may be repeated: the server never writes over a text not named there.
import { cellOf, initial, isCell, mark, note, stateOf, tell, write } from "./cells.js";

const channel = document.getElementById("autosave");
const sheet = document.getElementById("sheet");
const status = document.getElementById("unsaved");
const fields = { cells: channel.children[0], bulk: channel.children[1] };
const TYPING_MS = 5000;
const LEAVING_MS = 50; // so that cells left together go together
const SHOWN_MS = 2000;
const WAITS_MS = [1000, 1000, 2000, 5000, 10000];
const RETRIED = new Set([0, 408, 429, 500, 502, 503, 504]);

const records = new Map(); // cell → what is known of it
const dirty = new Set(); // cells whose text the server does not hold, in the order of typing
const clashes = new Set(); // among them those that wait for a choice
const paused = new Set(); // among them those that only the button 保存 sends
const hushed = new Set(); // cells that are still being typed: their faults are told later
const pastes = []; // blocks that wait to be sent, each as one
let sending = null; // cell → text, while a request is under way
let block = null; // the pasted cells of that request
let trouble = ""; // why nothing can be sent: retrying, login, stopped
let ready = false; // htmx hears the channel once all scripts have come; without it the sheet goes whole
let failures = 0;
let timer = 0;
let typingTimer = 0;
let composing = null; // the cell in which a Chinese word is being put together
let goal = ""; // where to go when everything is saved

/** `text`: what was typed when the server last answered; `held`: what it holds since. */
const record = (cell) => {
  if (!records.has(cell)) {
    const text = initial(cell);
    records.set(cell, { text, held: text, lost: [] });
  }
  return records.get(cell);
};

const held = (cell) => clashes.has(cell) || paused.has(cell);

const fade = (cell, state = "saved") => {
  mark(cell, state);
  if (state !== "saved") return;
  setTimeout(() => {
    if (stateOf(cell) === "saved") mark(cell, "");
  }, SHOWN_MS);
};

/** The line below the sheet, and whether the page may say that all is saved. */
const report = () => {
  const left = [...dirty].filter((cell) => !clashes.has(cell)).length;
  const invalid = document.querySelectorAll(".sheet .cell[aria-invalid]").length;
  const why = trouble || (paused.size ? "stopped" : "");
  const said = [];
  if (left && why) said.push(`${left} ${status.dataset[why]}`);
  if (clashes.size) said.push(`${clashes.size} ${status.dataset.conflict}`);
  if (invalid) said.push(`${invalid} ${status.dataset.invalid}`);
  const text = said.join("；");
  if (status.textContent !== text) status.textContent = text;
  document.body.classList.toggle("unsent", Boolean(text));
};

/** A cell was typed in: whether its text differs from what the server holds. */
const follow = (cell) => {
  const { text, lost } = record(cell);
  if (cell.value !== text || lost.length) {
    dirty.add(cell);
    if (!held(cell)) mark(cell, trouble ? "unsaved" : "waiting", trouble);
  } else if (!held(cell) && dirty.delete(cell)) {
    mark(cell, cell.hasAttribute("aria-invalid") ? "invalid" : "");
  }
};

/** The cell shows what the server holds. */
const take = (cell, text) => {
  Object.assign(record(cell), { text, held: text, lost: [] });
  clashes.delete(cell);
  paused.delete(cell);
  dirty.delete(cell);
  write(cell, text);
};

const soon = (ms) => {
  clearTimeout(timer);
  timer = setTimeout(flush, ms);
};

const typing = () => {
  if (typingTimer) return;
  typingTimer = setTimeout(() => {
    if (isCell(document.activeElement)) hushed.add(document.activeElement);
    flush();
  }, TYPING_MS);
};

const entry = (cell) => {
  const known = record(cell);
  return { name: cell.name, text: cell.value, known: [...new Set([known.held, ...known.lost])] };
};

/** Send what is unsaved; one request is under way at a time. */
function flush() {
  clearTimeout(timer);
  clearTimeout(typingTimer);
  typingTimer = 0;
  if (!ready || sending || trouble === "login") return;
  block = pastes.shift() || null;
  const cells = (block || [...dirty]).filter((cell) => dirty.has(cell) && !held(cell) && cell !== composing);
  if (!cells.length) {
    if (block) flush();
    return;
  }
  sending = new Map(cells.map((cell) => [cell, cell.value]));
  for (const cell of cells) mark(cell, "saving");
  fields.cells.value = JSON.stringify(cells.map(entry));
  fields.bulk.value = block ? "paste" : "";
  window.htmx.trigger(channel, "flush");
}

/** What became of one cell that was sent, or that the server speaks of by itself. */
const settle = (cell, sent) => {
  const said = note(cell).dataset;
  const { fate, mine } = said;
  delete said.fate;
  if (fate === "held") {
    const news = cell.value !== said.held;
    if (dirty.has(cell)) return;
    take(cell, said.held);
    if (news) fade(cell, said.invalid === "true" ? "invalid" : "saved");
  } else if (fate === "conflict") {
    Object.assign(record(cell), { held: said.held, lost: [] });
    if (mine !== undefined) write(cell, mine);
    dirty.add(cell);
    clashes.add(cell);
    mark(cell, "conflict");
  } else {
    Object.assign(record(cell), { text: sent, held: said.held === undefined ? sent : said.held, lost: [] });
    if (said.held !== undefined && cell.value === sent && cell !== document.activeElement) take(cell, said.held);
    follow(cell);
    if (!dirty.has(cell)) fade(cell, fate !== "draft" ? "saved" : hushed.has(cell) ? "" : "invalid");
  }
};

const hear = (sent) => {
  for (const said of document.querySelectorAll(".sheet .note[data-of]")) {
    const cell = cellOf(said);
    if (!cell) continue;
    tell(cell, hushed.has(cell));
    if (said.dataset.fate) settle(cell, sent.get(cell));
  }
};

const failed = (sent, code) => {
  trouble = code === 401 ? "login" : RETRIED.has(code) ? "retrying" : "stopped";
  for (const [cell, text] of sent) {
    // Perhaps it was saved and only the answer was lost: then this text is known to us too.
    if (code === 0 || code >= 500) record(cell).lost.push(text);
    mark(cell, "unsaved", trouble);
  }
  if (block) pastes.unshift(block);
  if (trouble === "retrying") soon(WAITS_MS[Math.min(failures, WAITS_MS.length - 1)]);
  failures += 1;
  goal = "";
};

/** Go where a button leads, once everything is saved and answered. */
const arrive = () => {
  if (!goal || sending || document.body.classList.contains("busy")) return;
  const [first] = [...clashes, ...dirty];
  if (first) first.focus();
  else window.location.assign(goal);
  goal = "";
};

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const ours = detail.elt === channel;
  const code = detail.xhr.status;
  const sent = (ours && sending) || new Map();
  if (ours) sending = null;
  if (code >= 200 && code < 300) {
    if (ours) [trouble, failures] = ["", 0];
    hear(sent);
  } else if (ours) {
    failed(sent, code);
  }
  if (ours && !trouble) {
    const left = [...dirty].filter((cell) => !held(cell));
    if (pastes.length || left.some((cell) => cell !== document.activeElement)) flush();
    else if (left.length) typing();
  }
  arrive();
  report();
});

document.addEventListener("input", ({ target }) => {
  if (!isCell(target)) return;
  paused.delete(target);
  follow(target);
  typing();
});

for (const leaving of ["change", "focusout"]) {
  document.addEventListener(leaving, ({ target }) => {
    if (!isCell(target)) return;
    if (hushed.delete(target)) {
      tell(target, false);
      if (target.hasAttribute("aria-invalid") && !dirty.has(target)) mark(target, "invalid");
    }
    follow(target);
    if (dirty.size && trouble !== "retrying") soon(LEAVING_MS);
    report();
  });
}

document.addEventListener("compositionstart", ({ target }) => {
  composing = target;
});
document.addEventListener("compositionend", () => {
  composing = null;
});

document.addEventListener("sheet:pasted", ({ detail }) => {
  for (const [cell, text] of detail.cells) {
    record(cell);
    write(cell, text);
    follow(cell);
  }
  pastes.push(detail.cells.map(([cell]) => cell));
  if (trouble !== "retrying") flush();
  report();
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-take]");
  if (!button) return;
  const said = button.closest(".note");
  const cell = cellOf(said);
  said.querySelector(".clash").remove();
  clashes.delete(cell);
  if (button.dataset.take === "theirs") take(cell, record(cell).held);
  cell.focus();
  if (dirty.has(cell)) flush();
  else fade(cell);
  report();
});

// The sheet is saved cell by cell: its buttons only wait until nothing is left to save.
document.addEventListener("submit", (event) => {
  if (event.target !== sheet || !ready) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const cameBack = document.querySelector(".error-summary");
  goal = event.submitter && event.submitter.value === "check" ? sheet.dataset.check : "";
  if (!goal && cameBack) goal = window.location.pathname; // what it says is over once all is saved
  paused.clear();
  if (trouble !== "login") trouble = "";
  flush();
  arrive();
  report();
}, true);

const again = () => {
  if (trouble === "login") trouble = "";
  flush();
};
document.addEventListener("session:renewed", again);
window.addEventListener("online", again);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && trouble !== "retrying") flush();
});

window.addEventListener("beforeunload", (event) => {
  if (!dirty.size || !ready) return;
  event.preventDefault();
  event.returnValue = ""; // what Chromium before 119 looks at
});

// A page that came back with what was typed: it differs from what the server holds.
for (const said of document.querySelectorAll(".sheet .note[data-held]")) {
  const cell = cellOf(said);
  records.set(cell, { text: said.dataset.held, held: said.dataset.held, lost: [] });
  paused.add(cell);
  dirty.add(cell);
  mark(cell, "unsaved", "stopped");
}
for (const cell of document.querySelectorAll(".sheet .cell[aria-invalid]")) {
  if (!dirty.has(cell)) mark(cell, "invalid");
}
// What was typed before this script had come.
for (const cell of document.querySelectorAll(".sheet .cell")) {
  if (!paused.has(cell) && cell.value !== initial(cell)) follow(cell);
}
document.addEventListener("DOMContentLoaded", () => {
  ready = Boolean(window.htmx);
  if (dirty.size > paused.size) soon(LEAVING_MS);
});
report();
