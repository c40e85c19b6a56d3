// Live pages, the character counter, and typed text that survives whatever happens around it.
"use strict";

const REFRESH_MS = 60000; // countdowns move even when nothing happens
const POLL_MS = 15000;

function length(text) {
  // As the server counts: characters, not UTF-16 units, and without space around the text.
  return [...text.trim()].length;
}

function count(field) {
  const counter = document.querySelector(`.counter[data-for="${CSS.escape(field.id)}"]`);
  if (!counter) return;
  const used = length(field.value);
  counter.textContent = counter.dataset.words.replace("{count}", used.toLocaleString(document.documentElement.lang));
  counter.classList.toggle("over", used > Number(field.dataset.limit));
}

function keep(field) {
  if (!field.dataset.keep) return;
  if (field.value) sessionStorage.setItem(field.dataset.keep, field.value);
  else sessionStorage.removeItem(field.dataset.keep);
}

function prepare(root) {
  for (const field of root.querySelectorAll("textarea[data-limit]")) count(field);
  for (const button of root.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;
}

// A reply that was typed before the session ended, or before the page was left, is there again.
for (const field of document.querySelectorAll("textarea[data-keep]")) {
  if ("sent" in field.dataset) sessionStorage.removeItem(field.dataset.keep);
  else if (!field.value) field.value = sessionStorage.getItem(field.dataset.keep) || "";
}
prepare(document);

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-limit]")) {
    count(event.target);
    keep(event.target);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea[name=text]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  // A second click would do it twice.
  if (event.target.dataset.sending) event.preventDefault();
  event.target.dataset.sending = "yes";
  if (event.target.querySelector("[data-forget]")) sessionStorage.clear();
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sending;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  button.textContent = button.dataset.copied;
});

// --- live ------------------------------------------------------------------------------------------------------

const live = document.getElementById("live");
let shown = live && live.dataset.state;
let busy = false;
let again = false;

function remember(region) {
  // What the agent has changed inside a region: typed text, opened details, the focus and its place.
  const memory = { typed: [], open: [], focus: null };
  for (const field of region.querySelectorAll("textarea[id], input[id], select[id]")) {
    if (field.value !== field.defaultValue) memory.typed.push([field.id, field.value]);
  }
  for (const part of region.querySelectorAll("details[id]")) memory.open.push([part.id, part.open]);
  const active = document.activeElement;
  if (active && active.id && region.contains(active)) {
    memory.focus = [active.id, active.selectionStart, active.selectionEnd];
  }
  return memory;
}

function restore(region, memory) {
  const find = (id) => region.querySelector(`#${CSS.escape(id)}`);
  for (const [id, value] of memory.typed) if (find(id)) find(id).value = value;
  for (const [id, open] of memory.open) if (find(id)) find(id).open = open;
  if (memory.focus && find(memory.focus[0])) {
    const field = find(memory.focus[0]);
    field.focus({ preventScroll: true });
    if (memory.focus[1] !== undefined && memory.focus[1] !== null) {
      field.setSelectionRange(memory.focus[1], memory.focus[2]);
    }
  }
}

function worded(region) {
  // Countdowns run; only other changes are worth being told.
  const copy = region.cloneNode(true);
  for (const part of copy.querySelectorAll(".countdown, .counter")) part.remove();
  return copy.textContent;
}

function editing(region) {
  return [...region.querySelectorAll("textarea[id]")].find((field) => field.value !== field.defaultValue);
}

async function update() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const answer = await fetch(location.pathname + location.search, { cache: "no-store", credentials: "same-origin" });
    if (answer.redirected) {
      location.assign(answer.url); // the session has ended; what was typed is kept
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    let changed = false;
    for (const region of document.querySelectorAll("[data-live]")) {
      const next = fresh.querySelector(`[data-live="${region.dataset.live}"]`);
      if (!next || next.isEqualNode(region)) continue;
      const typing = editing(region);
      if (typing && !next.querySelector(`#${CSS.escape(typing.id)}`)) {
        // The edited draft is gone (decided by somebody else): leave the text where the agent can still copy it.
        continue;
      }
      changed = changed || worded(region) !== worded(next);
      const memory = remember(region);
      const bottom = region.scrollHeight - region.scrollTop - region.clientHeight < 80;
      const top = region.scrollTop;
      region.replaceWith(next);
      restore(next, memory);
      prepare(next);
      next.scrollTop = bottom ? next.scrollHeight : top;
    }
    shown = fresh.getElementById("live").dataset.state;
    if (changed) {
      const spoken = document.getElementById("spoken");
      spoken.textContent = "";
      spoken.textContent = spoken.dataset.new;
    }
    document.getElementById("offline").hidden = true;
  } catch (error) {
    document.getElementById("offline").hidden = false;
  } finally {
    busy = false;
    if (again) {
      again = false;
      update();
    }
  }
}

function listen() {
  const source = new EventSource(live.dataset.events);
  source.addEventListener("state", (event) => {
    document.getElementById("offline").hidden = true;
    if (event.data !== shown) update();
  });
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return; // the browser connects again by itself
    // The stream was refused: ask for the page instead, and try to listen again after a while.
    update();
    setTimeout(listen, POLL_MS);
  });
  window.addEventListener("pagehide", () => source.close());
}

if (live) {
  const messages = document.querySelector(".messages");
  if (messages) messages.scrollTop = messages.scrollHeight;
  if (window.EventSource) listen();
  else setInterval(update, POLL_MS);
  setInterval(() => {
    if (!document.hidden) update();
  }, REFRESH_MS);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
