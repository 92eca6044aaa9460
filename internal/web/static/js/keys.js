// @ts-check
// Keys: ? for the list, j and k along the items of a page, g and a letter to
// go. All can be switched off, for people whose tools type letters; a button at the
// end of the page opens the list, too.

const stored = "parley-keys";
const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("keys"));
const box = /** @type {HTMLInputElement | null} */ (document.getElementById("keys-on"));

const on = () => {
  try {
    return localStorage.getItem(stored) !== "off";
  } catch {
    return true;
  }
};

if (box) {
  box.checked = on();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(stored, box.checked ? "on" : "off");
    } catch {
      // Storage is off: the choice holds for this page alone.
    }
  });
}

const open = document.getElementById("keys-open");
if (open && dialog) {
  open.hidden = false;
  open.addEventListener("click", () => dialog.showModal());
}

/** @param {number} step */
function move(step) {
  const items = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-item]")]).filter((a) => a.getClientRects().length > 0);
  if (items.length === 0) return;
  const here = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : items.length - 1) : Math.max(0, Math.min(here + step, items.length - 1));
  items[next].focus();
}

let going = 0;
document.addEventListener("keydown", (e) => {
  const target = /** @type {HTMLElement} */ (e.target);
  if (e.altKey && !e.ctrlKey && !e.metaKey && (e.key === "ArrowUp" || e.key === "ArrowDown") && !target.closest("input, textarea, select, dialog")) {
    const way = e.key === "ArrowUp" ? "up" : "down";
    const button = /** @type {HTMLElement | null | undefined} */ (target.closest("[data-item]")?.querySelector(`[data-move="${way}"]`));
    if (button && (box ? box.checked : on())) {
      e.preventDefault();
      button.click();
    }
    return;
  }
  if (e.ctrlKey || e.altKey || e.metaKey || target.closest("input, textarea, select, dialog")) return;
  if (!(box ? box.checked : on())) return;
  if (e.key === "?" && dialog) {
    dialog.showModal();
    return;
  }
  const go = Date.now() - going < 1500;
  going = 0;
  if (go) {
    const link = /** @type {HTMLElement | null} */ (document.querySelector(`[data-go="${CSS.escape(e.key)}"]`));
    if (link) link.click();
  } else if (e.key === "g") going = Date.now();
  else if (e.key === "j") move(1);
  else if (e.key === "k") move(-1);
});
