// @ts-check
// Keeps a workshop's room up to date: who is there, who answered, what was typed and
// revealed, the time that is left. The server tells when something changes; where it
// cannot, it is asked every few seconds. What somebody is typing is never taken away.

const room = document.getElementById("room");
const every = 3000;
// How long nothing may come of live updates, which say every 20 seconds that they are
// there: a phone that changed its network is not told that its connection is gone.
const silence = 30_000;
const patience = 8000; // for an answer of the server
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
  const beside = field.tagName === "TEXTAREA" ? room?.querySelector(":scope > .problem") : null;
  const refused = field.value !== "" && !!(beside ?? field.form?.querySelector(".problem"));
  return refused || field === document.activeElement || field.value !== field.defaultValue;
});

/**
 * When the time is up, by this machine's clock: of the line that says what is left.
 * @type {WeakMap<HTMLElement, number>}
 */
const ends = new WeakMap();

/** Shows what is left. A page that nobody looks at counts seldom, so it asks the clock. */
const tick = () => {
  const left = document.getElementById("room-left");
  if (!left) return;
  if (!ends.has(left)) ends.set(left, Date.now() + Number(left.dataset.left) * 1000);
  const seconds = Math.max(0, Math.ceil((/** @type {number} */ (ends.get(left)) - Date.now()) / 1000));
  left.textContent = (left.textContent ?? "").replace(/\d+:\d\d/, Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0"));
  const over = document.getElementById("room-over");
  if (over && seconds === 0 && !over.textContent) over.textContent = over.dataset.says ?? "";
};

/** @param {number} seconds that are left, by the server's clock */
const tell = (seconds) => {
  const left = document.getElementById("room-left");
  if (left) ends.set(left, Date.now() + seconds * 1000);
  tick();
};

/**
 * Shows one of the two lines above the room, or puts it away.
 * @param {"room-moved" | "room-lost"} id
 * @param {boolean} shown
 */
const line = (id, shown) => {
  const at = document.getElementById(id);
  if (at) at.hidden = !shown;
};

/** The room as the server has it now; nothing of it runs. */
const fetched = () => new Promise((done, failed) => {
  const ask = new XMLHttpRequest();
  ask.open("GET", room?.dataset.url ?? "");
  ask.responseType = "document";
  ask.timeout = patience;
  ask.onload = () => done(ask);
  ask.onerror = ask.ontimeout = failed;
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
let anew = false; // the room changed while it was being asked for
let sending = false; // nothing is taken away from what is about to be sent

/** Puts every part that changed in its place, but one in which somebody types. */
const update = async () => {
  anew = updating;
  if (updating || sending || !room) return;
  updating = true;
  try {
    do {
      anew = false;
      await refresh(room);
    } while (anew);
  } finally {
    updating = false;
  }
};

/** @param {HTMLElement} room */
const refresh = async (room) => {
  /** @type {XMLHttpRequest} */
  const got = await fetched();
  if (sending) return;
  const fresh = got.responseXML?.getElementById("room");
  let kept = false;
  if (!fresh) {
    if (got.status >= 500) return;
    kept = typing(room);
    if (!kept) location.replace(room.dataset.url ?? "");
  }
  for (const part of fresh?.querySelectorAll("[data-part]") ?? []) kept = replaced(room, part) || kept;
  line("room-moved", kept);
  if (!fresh) return;
  room.dataset.stamp = fresh.dataset.stamp;
  if (typing(room)) return;
  room.querySelector(":scope > .problem:not(:has(.sent))")?.remove();
  history.replaceState(null, "", room.dataset.url); // to reload the answer to a form could send it again
};

/**
 * Puts a part in its place where it changed. Returns whether the one that stands
 * there was kept although it is over.
 * @param {HTMLElement} room
 * @param {Element} part
 */
const replaced = (room, part) => {
  const name = part.getAttribute("data-part");
  const old = room.querySelector('[data-part="' + name + '"]');
  if (!old || served.get(name)?.isEqualNode(part)) return false;
  // Who writes down threats or a note goes on; who estimates what is over is told.
  if (typing(old)) return old.getAttribute("data-key") !== part.getAttribute("data-key");
  const put = document.importNode(part, true);
  const again = whereIn(old);
  old.dispatchEvent(new CustomEvent("parley:changing", { bubbles: true, detail: put })); // what is read out of a picture stays
  old.replaceWith(put);
  served.set(name, part);
  put.dispatchEvent(new Event("parley:changed", { bubbles: true })); // pictures can be read out, and times are of the reader's zone
  again(put);
  return false;
};

let behind = false; // what the server told of is not shown yet

/** @param {Now} now */
const take = async (now) => {
  behind = now.stamp !== room?.dataset.stamp;
  if (behind) await update();
  behind = now.stamp !== room?.dataset.stamp;
  if (behind) return; // of a room that moved on meanwhile, or of one that is still shown
  const answered = document.getElementById("room-answered");
  if (answered && now.answered && answered.textContent !== now.answered) answered.textContent = now.answered;
  tell(now.left);
};

/**
 * How the room stands, null where nothing answers just now. What answers is no room
 * where it is closed, or who asks may not see it any more.
 */
const asked = async () => {
  try {
    const answer = await fetch(room?.dataset.url + "/now", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(patience) });
    return answer.status < 500 ? answer : null;
  } catch {
    return null;
  }
};

/** @param {Response} answer */
const isRoom = (answer) => answer.ok && !answer.redirected;

let missed = 0; // times in a row that nothing answered
let asking = false;

const ask = async () => {
  if (asking) return;
  asking = true;
  const answer = await asked();
  asking = false;
  missed = answer ? 0 : missed + 1;
  line("room-lost", missed > 1);
  if (!answer) return;
  if (isRoom(answer)) await take(await answer.json());
  else await update();
};

/**
 * Sends a form once the server answers: a browser that finds nobody shows a page of
 * its own, and what was typed is gone.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
const send = async (form, button) => {
  sending = true;
  const answer = await asked();
  sending = false;
  missed = answer ? 0 : Math.max(missed, 2);
  line("room-lost", !answer);
  if (!answer) return;
  if (answer.status !== 429 && !isRoom(answer)) {
    await update(); // which says so
    return;
  }
  ready = form;
  form.requestSubmit(button);
};

/** @type {HTMLFormElement | undefined} a form that the server waits for */
let ready;

if (room) {
  /** @type {EventSource | undefined} */
  let told;
  let heard = 0;
  const listen = () => {
    told?.close();
    heard = Date.now();
    told = new EventSource(room.dataset.url + "/events");
    told.onmessage = (e) => {
      heard = Date.now();
      take(JSON.parse(e.data)).catch(() => {}); // the room is still behind, and asked for again
    };
    told.addEventListener("beat", () => { heard = Date.now(); });
  };
  listen();
  tick();
  setInterval(tick, 1000);
  let quiet = 0;
  const look = () => {
    if (sending) return;
    const silent = Date.now() - heard > silence;
    if (told?.readyState === EventSource.OPEN && !silent && !behind && missed === 0) return;
    if (told?.readyState === EventSource.OPEN && silent) listen();
    ask().catch(() => {}); // a moment without the server changes nothing
    if (told?.readyState === EventSource.CLOSED && ++quiet % 10 === 0) listen();
  };
  setInterval(look, every);
  addEventListener("online", () => { heard = 0; look(); });
  document.addEventListener("visibilitychange", () => { tick(); look(); });
  room.addEventListener("submit", (e) => {
    const form = /** @type {HTMLFormElement} */ (e.target);
    if (ready === form) {
      ready = undefined;
      return;
    }
    e.preventDefault();
    if (!sending) send(form, e.submitter);
  });
}
