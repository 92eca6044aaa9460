// @ts-check
// Keeps a workshop's room up to date: who is there, who answered, what was typed and
// revealed, the time that is left. The server tells when something changes; where it
// cannot, it is asked every few seconds. What somebody is typing is never taken away.

const room = document.getElementById("room");
const every = 3000;
/**
 * The parts by name as the server last gave them: on the page times and pictures
 * become other ones. This script runs before those that do that.
 * @type {Map<string | null, Element>}
 */
const served = new Map([...room?.querySelectorAll("[data-part]") ?? []].map((part) => [part.getAttribute("data-part"), /** @type {Element} */ (part.cloneNode(true))]));

/** @typedef {{stamp: string, answered: string, left: number}} Now */

/**
 * Whether somebody typed in a part what was not sent, or is about to. What was
 * refused comes back as the value of its field, and is nowhere else.
 * @param {Element} part
 */
const typing = (part) => [...part.querySelectorAll("input[type=text], textarea")].some((e) => {
  const field = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (e);
  const refused = field.value !== "" && !!field.form?.querySelector(".problem");
  return refused || field === document.activeElement || field.value !== field.defaultValue;
});

/** @param {number} seconds */
const tell = (seconds) => {
  const left = document.getElementById("room-left");
  if (!left) return;
  left.dataset.left = String(seconds);
  left.textContent = (left.textContent ?? "").replace(/\d+:\d\d/, Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0"));
};

/** The room as the server has it now; nothing of it runs. */
const fetched = () => new Promise((done, failed) => {
  const ask = new XMLHttpRequest();
  ask.open("GET", room?.dataset.url ?? "");
  ask.responseType = "document";
  ask.onload = () => done(ask);
  ask.onerror = failed;
  ask.send();
});

/**
 * What somebody is at in a part, to be found again in the one that takes its place.
 * @param {Element} part
 */
const whereIn = (part) => {
  const at = document.activeElement;
  const named = (/** @type {Element} */ e) => [e.tagName, e.id, e.getAttribute("value"), e.getAttribute("href"), (e.querySelector("caption") ?? e).textContent].join(" ");
  const name = at && at !== document.body && part.contains(at) ? named(at) : "";
  const open = [...part.querySelectorAll("details")].filter((d) => d.open).map((d) => d.querySelector("summary")?.textContent);
  return (/** @type {Element} */ fresh) => {
    for (const d of fresh.querySelectorAll("details")) if (open.includes(d.querySelector("summary")?.textContent)) d.open = true;
    if (!name) return;
    const same = /** @type {HTMLElement | undefined} */ ([...fresh.querySelectorAll("a, button, summary, [tabindex]")].find((e) => named(e) === name));
    (same ?? document.getElementById("main"))?.focus();
  };
};

let updating = false;

/** Puts every part that changed in its place, but one in which somebody types. */
const update = async () => {
  if (updating || !room) return;
  updating = true;
  try {
    /** @type {XMLHttpRequest} */
    const got = await fetched();
    const fresh = got.responseXML?.getElementById("room");
    let kept = false;
    if (!fresh) {
      if (got.status >= 500) return;
      kept = typing(room);
      if (!kept) location.replace(room.dataset.url ?? "");
    }
    for (const part of fresh?.querySelectorAll("[data-part]") ?? []) {
      const name = part.getAttribute("data-part");
      const old = room.querySelector('[data-part="' + name + '"]');
      if (!old || served.get(name)?.isEqualNode(part)) continue;
      if (typing(old)) {
        // Who writes down threats or a note goes on; who estimates what is over is told.
        kept ||= old.getAttribute("data-key") !== part.getAttribute("data-key");
        continue;
      }
      const put = document.importNode(part, true);
      const again = whereIn(old);
      old.dispatchEvent(new CustomEvent("parley:changing", { bubbles: true, detail: put })); // what is read out of a picture stays
      old.replaceWith(put);
      served.set(name, part);
      put.dispatchEvent(new Event("parley:changed", { bubbles: true })); // pictures can be read out, and times are of the reader's zone
      again(put);
    }
    const moved = document.getElementById("room-moved");
    if (moved) moved.hidden = !kept;
    if (!fresh) return;
    room.dataset.stamp = fresh.dataset.stamp;
    if (typing(room)) return;
    room.querySelector(":scope > .problem")?.remove();
    history.replaceState(null, "", room.dataset.url); // to reload the answer to a form could send it again
  } finally {
    updating = false;
  }
};

/** @param {Now} now */
const take = async (now) => {
  if (now.stamp !== room?.dataset.stamp) await update();
  if (now.stamp !== room?.dataset.stamp) return; // of a room that moved on meanwhile, or of one that is still shown
  const answered = document.getElementById("room-answered");
  if (answered && now.answered && answered.textContent !== now.answered) answered.textContent = now.answered;
  tell(now.left);
};

const ask = async () => {
  const answer = await fetch(room?.dataset.url + "/now", { headers: { Accept: "application/json" } });
  if (answer.ok && !answer.redirected) await take(await answer.json());
  else if (answer.status < 500) await update();
};

if (room) {
  /** @type {EventSource | undefined} */
  let told;
  const listen = () => {
    told = new EventSource(room.dataset.url + "/events");
    told.onmessage = (e) => { take(JSON.parse(e.data)).catch(() => {}); };
  };
  listen();
  setInterval(() => {
    const left = document.getElementById("room-left");
    if (!left) return;
    const seconds = Math.max(0, Number(left.dataset.left) - 1);
    const over = document.getElementById("room-over");
    if (over && seconds === 0 && !over.textContent) over.textContent = over.dataset.says ?? "";
    tell(seconds);
  }, 1000);
  let quiet = 0;
  setInterval(() => {
    if (told?.readyState === EventSource.OPEN) return;
    ask().catch(() => {}); // a moment without the server changes nothing
    if (told?.readyState === EventSource.CLOSED && ++quiet % 10 === 0) listen();
  }, every);
}
