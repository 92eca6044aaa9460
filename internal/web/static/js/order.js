// @ts-check
// Rows that can be moved are dragged by a grip, with a mouse or a finger. What is
// sent is the form of the row, as its buttons send it.

const table = /** @type {HTMLElement | null} */ (document.querySelector("table[data-drag]"));

/** @type {{row: HTMLElement, over: HTMLElement | null, after: boolean} | null} */
let held = null;

const unmark = () => held?.over?.classList.remove("drop-before", "drop-after");

const drop = () => {
  unmark();
  held?.row.classList.remove("held");
  held = null;
};

/**
 * Marks where the held row would come to stand.
 * @param {PointerEvent} e
 */
const mark = (e) => {
  if (!held) return;
  unmark();
  const over = /** @type {HTMLElement | null | undefined} */ (document.elementFromPoint(e.clientX, e.clientY)?.closest("tr[data-item]"));
  held.over = over && over !== held.row && over.querySelector("form.place") ? over : null;
  if (held.over) {
    const box = held.over.getBoundingClientRect();
    held.after = e.clientY > box.top + box.height / 2;
    held.over.classList.add(held.after ? "drop-after" : "drop-before");
  }
  const edge = 48; // pixels from the edge of the window where the page goes on by itself
  if (e.clientY < edge) scrollBy(0, -edge / 4);
  if (e.clientY > innerHeight - edge) scrollBy(0, edge / 4);
};

/** Sends the form of the held row with the place it was let go at. */
const send = () => {
  const form = /** @type {HTMLFormElement | null | undefined} */ (held?.row.querySelector("form.place"));
  const other = /** @type {HTMLInputElement | null | undefined} */ (held?.over?.querySelector("form.place input[name=task]"));
  if (form && other && held) {
    const to = document.createElement("input");
    to.type = "hidden";
    to.name = "to";
    to.value = (held.after ? "after:" : "before:") + other.value;
    form.append(to);
    form.submit();
  }
  drop();
};

/** @param {HTMLElement} row */
const grip = (row) => {
  const handle = document.createElement("span");
  handle.className = "grip";
  handle.title = table?.dataset.drag ?? "";
  handle.textContent = "⠿";
  handle.setAttribute("aria-hidden", "true"); // the buttons of the row do the same, for everybody
  handle.addEventListener("pointerdown", (e) => {
    if (e.button !== 0) return;
    e.preventDefault();
    handle.setPointerCapture(e.pointerId);
    held = { row, over: null, after: false };
    row.classList.add("held");
  });
  handle.addEventListener("pointermove", mark);
  handle.addEventListener("pointerup", send);
  handle.addEventListener("pointercancel", drop);
  row.querySelector("th")?.prepend(handle, " ");
};

if (table) {
  for (const form of table.querySelectorAll("form.place")) {
    const row = /** @type {HTMLElement | null} */ (form.closest("tr"));
    if (row) grip(row);
  }
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") drop();
  });
}
