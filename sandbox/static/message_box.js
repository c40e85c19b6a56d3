/* The message box of one conversation: writes as the buyer, shows messages live. */
"use strict";

(function () {
  const conversation = document.body.dataset.conversation;
  const order = document.body.dataset.order;
  const address = "/marketplace/api/conversations/" + encodeURIComponent(conversation);
  const list = document.getElementById("messages");
  const empty = document.getElementById("empty");
  const openings = document.getElementById("openings");
  const form = document.getElementById("write");
  const text = document.getElementById("text");
  const locale = document.getElementById("locale");
  const connection = document.getElementById("connection");
  const problem = document.getElementById("problem");

  const senders = {
    buyer: { name: "You (buyer)", mark: "B" },
    assistant: { name: "Assistant · automated", mark: "A" },
    agent: { name: "Agent · person", mark: "P" },
  };
  const shown = new Map();
  let lastRevision = 0;

  function element(tag, className, content) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (content) made.textContent = content;
    return made;
  }

  function deliveryLine(delivery) {
    const lines = {
      sending: "Sending…",
      stored: "✓ Stored by the seller",
      trying_again: "Trying again: " + delivery.reason,
      not_accepted: "Not accepted: " + delivery.reason,
    };
    return element("p", "delivery " + delivery.state, lines[delivery.state]);
  }

  function draw(message) {
    const sender = senders[message.sender_kind];
    const entry = element("article", "message " + message.sender_kind);
    entry.dataset.position = message.position;
    const mark = element("span", "mark", sender.mark);
    mark.setAttribute("aria-hidden", "true");
    const body = element("div", "message-body");
    const head = element("p", "message-head");
    head.append(element("span", "sender", sender.name));
    const time = element("time", "", new Date(message.sent_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
    time.dateTime = message.sent_at;
    head.append(time);
    const bubble = element("p", "bubble", message.text);
    bubble.dir = "auto";
    if (message.language) bubble.lang = message.language;
    body.append(head, bubble);
    if (message.delivery) body.append(deliveryLine(message.delivery));
    entry.append(mark, body);
    return entry;
  }

  function drawQuickReplies() {
    list.querySelectorAll(".quick").forEach((row) => row.remove());
    const last = Array.from(shown.values()).sort((a, b) => a.message.position - b.message.position).pop();
    if (!last || !last.message.buttons.length) return;
    const row = element("div", "quick");
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "Quick replies");
    last.message.buttons.forEach((button) => {
      const choice = element("button", "", button.title);
      choice.type = "button";
      choice.addEventListener("click", () => send(button.title));
      row.append(choice);
    });
    last.entry.querySelector(".message-body").append(row);
  }

  function show(message) {
    const known = shown.get(message.position);
    // The answer to a request may come in after the live update that followed it.
    if (known && known.message.revision >= message.revision) return;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    const entry = draw(message);
    if (known) {
      known.entry.replaceWith(entry);
    } else {
      const later = Array.from(list.querySelectorAll(".message"))
        .find((other) => Number(other.dataset.position) > message.position);
      list.insertBefore(entry, later || null);
    }
    shown.set(message.position, { message, entry });
    empty.hidden = true;
    drawQuickReplies();
    if (atEnd || message.sender_kind === "buyer") list.scrollTop = list.scrollHeight;
  }

  function follow() {
    const events = new EventSource(address + "/events?after=" + lastRevision);
    events.addEventListener("open", () => {
      connection.textContent = "Live";
      connection.className = "connection live";
    });
    events.addEventListener("message", (event) => {
      lastRevision = Number(event.lastEventId);
      show(JSON.parse(event.data));
    });
    events.addEventListener("error", () => {
      connection.textContent = "Reconnecting…";
      connection.className = "connection";
      // The browser reconnects by itself unless it was refused.
      if (events.readyState === EventSource.CLOSED) setTimeout(follow, 2000);
    });
  }

  async function send(words) {
    // One id for every try of the same words: a repeated request must not become a second message.
    const body = { id: "msg-" + newId(), text: words, order_id: order };
    if (locale.value) body.locale = locale.value;
    problem.textContent = "";
    try {
      const answer = await fetch(address + "/messages", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error((await answer.json()).error.message);
      show(await answer.json());
      return true;
    } catch (error) {
      problem.textContent = "The marketplace did not take your message: " + error.message;
      return false;
    }
  }

  function newId() {
    const numbers = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(numbers, (number) => number.toString(16).padStart(2, "0")).join("");
  }

  function fit() {
    text.style.height = "auto";
    text.style.height = Math.min(text.scrollHeight + 2, 160) + "px";
  }

  function offerOpenings() {
    const lines = JSON.parse(locale.selectedOptions[0].dataset.openings);
    openings.replaceChildren(...lines.map((line) => {
      const choice = element("button", "", line);
      choice.type = "button";
      choice.dir = "auto";
      choice.lang = locale.value;
      choice.addEventListener("click", () => {
        text.value = line;
        fit();
        text.focus();
      });
      return choice;
    }));
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = text.value.trim();
    if (!words) return;
    text.value = "";
    fit();
    if (!(await send(words)) && !text.value) {
      text.value = words;
      fit();
    }
    text.focus();
  });
  text.addEventListener("input", fit);
  text.addEventListener("keydown", (event) => {
    // Enter that ends the composition of a Chinese, Japanese or Korean word must not send.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  locale.addEventListener("change", () => {
    localStorage.setItem("buyer-locale", locale.value);
    offerOpenings();
  });

  const remembered = localStorage.getItem("buyer-locale");
  if (remembered !== null && locale.querySelector('option[value="' + CSS.escape(remembered) + '"]')) {
    locale.value = remembered;
  }
  document.querySelectorAll(".history time").forEach((time) => {
    time.textContent = new Date(time.dateTime).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  });
  offerOpenings();
  follow();
  text.focus();
})();
