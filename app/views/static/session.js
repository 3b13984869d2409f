"use strict";
// A session that ends: a warning before it does, a login in place after it has, and the saves
// that waited for it sent again. All tabs of the browser share one notion of when it ends.
(() => {
  const WARN_MS = 3 * 60 * 1000;
  const RETRY_MS = 15 * 1000;
  const SHARED = "jixiao-session-until";
  const body = document.body;
  const notice = document.getElementById("notice");
  // The dialogs are part of the page only while they are open.
  const dialogs = document.getElementById("session-dialogs").content;
  const warning = dialogs.getElementById("session-warning");
  const again = dialogs.getElementById("session-again");
  const part = (name) => again.querySelector(`[data-${name}]`);
  const message = part("message");

  const waiting = new Set(); // what htmx could not save for want of a session
  let until = 0;
  let asked = 0; // when the server was last asked, so that a lost network is not asked all the time
  let closed = false; // the person has put the warning away
  let over = false;

  const token = () => JSON.parse(body.getAttribute("hx-headers"))["X-CSRF-Token"];

  /** When the session ends, as every tab of this browser should know. */
  const share = (moment) => {
    until = moment;
    try {
      localStorage.setItem(SHARED, String(moment));
    } catch {
      // Without storage each tab asks the server for itself.
    }
  };

  const lasts = (seconds) => share(Date.now() + seconds * 1000);

  /** An answer of the server in JSON; null when there was none that could be read. */
  const ask = async (address, form) => {
    const request = { headers: { "X-CSRF-Token": token() }, redirect: "error" };
    if (form) Object.assign(request, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    try {
      return await (await fetch(address, request)).json();
    } catch {
      return null;
    }
  };

  const close = (dialog) => {
    if (dialog.open) dialog.close();
  };

  const open = (dialog) => {
    if (dialog.open) return;
    body.append(dialog);
    dialog.showModal();
  };

  const say = (text) => {
    message.textContent = text || "";
    message.hidden = !text;
  };

  /** One step of the login in place; the others are hidden. */
  const step = (name) => {
    for (const each of ["login", "verify", "other", "duty"]) part(each).hidden = each !== name;
    part("intro").hidden = name === "other" || name === "duty";
    const first = part(name).querySelector("input[type=password], input[name=code], button, a");
    if (first) first.focus();
  };

  /** Every form of the page belongs to the new session from now on. */
  const renew = (csrf) => {
    body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": csrf }));
    for (const place of [document, warning, again]) {
      for (const field of place.querySelectorAll("input[name=csrf]")) field.value = csrf;
    }
  };

  /** Send what waited; forms first, since an answer to a cell may draw their panel anew. */
  const resend = () => {
    const left = [...waiting];
    waiting.clear();
    for (const form of left) form.requestSubmit();
    document.dispatchEvent(new Event("session:renewed")); // autosave.js sends its cells
  };

  const expire = () => {
    over = true;
    close(warning);
    if (again.open) return;
    say("");
    step("login");
    open(again);
    step("login");
  };

  /** What the server says of the session decides what is shown. */
  const settle = (state) => {
    if (!state) return;
    if (state.message) {
      say(state.message);
    } else if (state.pending) {
      say("");
      step("verify");
    } else if (state.left > 0 && !state.same && !state.duty) {
      over = true;
      close(warning);
      open(again);
      say("");
      part("name").textContent = state.role ? `${state.name}（${state.role}）` : state.name;
      step("other");
    } else if (state.left > 0 && state.duty) {
      open(again);
      say("");
      step("duty");
    } else if (state.left > 0) {
      lasts(state.left);
      renew(state.csrf);
      const was = over;
      over = false;
      closed = closed && state.left * 1000 <= WARN_MS;
      if (state.left * 1000 > WARN_MS) close(warning);
      close(again);
      part("login").reset();
      part("verify").reset();
      if (was) notice.textContent = "";
      resend();
    } else {
      expire();
    }
  };

  const check = async () => {
    asked = Date.now();
    settle(await ask("/session"));
  };

  /** A save was refused for want of a session; why, the server may no longer be there to say. */
  const refused = async () => {
    asked = Date.now();
    settle((await ask("/session")) || { left: 0 });
  };

  /** How long is left, in words. */
  const words = (ms) => {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    return seconds > 90 ? `${Math.ceil(seconds / 60)} 分钟` : `${seconds} 秒`;
  };

  const tick = () => {
    if (over) return;
    const left = until - Date.now();
    warning.querySelector("[data-count]").textContent = words(left);
    if (left > WARN_MS) {
      close(warning);
      closed = false;
      return;
    }
    if (left > 0 && (warning.open || closed)) return;
    if (Date.now() - asked < RETRY_MS) return;
    // Another browser, or the clock of this machine, may know better: ask before saying anything.
    check().then(() => {
      if (!over && until - Date.now() <= WARN_MS && until > Date.now()) open(warning);
    });
  };

  warning.addEventListener("cancel", () => {
    closed = true;
  });

  warning.querySelector("[data-stay]").addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const state = await ask("/session", event.target);
    if (state) settle(state);
    else await check();
  });

  for (const name of ["login", "verify"]) {
    part(name).addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const form = event.target;
      const button = form.querySelector("button");
      button.disabled = true;
      const state = await ask(form.getAttribute("action"), form);
      button.disabled = false;
      if (form.password) form.password.value = "";
      if (state) settle(state);
      else if (name === "verify") expire();
      else say(message.dataset.offline);
    });
  }

  again.querySelector("[data-back]").addEventListener("click", () => {
    say("");
    step("login");
  });

  /** Whoever puts the login away finds the way back to it. */
  const offer = () => {
    if (!over || again.open) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = notice.dataset.login;
    button.addEventListener("click", check);
    notice.replaceChildren(notice.dataset.expired, button);
  };
  for (const dialog of [warning, again]) dialog.addEventListener("close", () => dialog.remove());
  again.addEventListener("close", offer);

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const { xhr, elt } = detail;
    const left = Number(xhr.getResponseHeader("X-Session-Left"));
    if (left > 0) lasts(left);
    if (xhr.status !== 401) return;
    if (elt.matches("form")) waiting.add(elt);
    if (over) offer();
    else refused();
  });

  window.addEventListener("storage", ({ key, newValue }) => {
    if (key !== SHARED || !newValue) return;
    until = Number(newValue);
    if (over) check();
    else tick();
  });

  const returned = () => {
    if (document.visibilityState !== "visible") return;
    if (over) check();
    else tick();
  };
  document.addEventListener("visibilitychange", returned);
  window.addEventListener("focus", returned);

  lasts(Number(body.dataset.left));
  setInterval(tick, 1000);
})();
