// @ts-check
// Keeps a workshop's room up to date: the time that is left, who answered, and
// whether the room moved on. What somebody is typing is never taken away.

const room = document.getElementById("room");
const left = document.getElementById("room-left");

/**
 * Whether somebody typed what was not sent, or is about to. What was refused comes
 * back as the value of its field, and is nowhere else.
 */
const typing = () => [...document.querySelectorAll("#room input[type=text], #room textarea")].some((e) => {
  const field = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (e);
  const refused = field.value !== "" && (field instanceof HTMLTextAreaElement || !!field.form?.querySelector(".problem"));
  return refused || field === document.activeElement || field.value !== field.defaultValue;
});

/** @param {number} seconds */
const tell = (seconds) => {
  if (!left) return;
  left.dataset.left = String(seconds);
  left.textContent = (left.textContent ?? "").replace(/\d+/, String(seconds));
};

const ask = async () => {
  const answer = await fetch(room?.dataset.now ?? "", { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  /** @type {{stamp: string, answered: string, left: number}} */
  const now = await answer.json();
  if (now.stamp !== room?.dataset.stamp) {
    if (!typing()) location.replace(room?.dataset.url ?? ""); // to reload could send a form again
    const moved = document.getElementById("room-moved");
    if (moved) moved.hidden = false;
    return;
  }
  const answered = document.getElementById("room-answered");
  if (answered && answered.textContent !== now.answered) answered.textContent = now.answered;
  tell(now.left);
};

if (room) {
  setInterval(() => tell(Math.max(0, Number(left?.dataset.left ?? 0) - 1)), 1000);
  setInterval(() => ask().catch(() => {}), 3000); // a moment without the server changes nothing
}
