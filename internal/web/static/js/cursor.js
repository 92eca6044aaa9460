// @ts-check
// Reads values out of a picture: by pointer, and by arrow keys once the picture
// has the focus. The table behind each picture says the same without scripts.

/** @param {HTMLElement} figure */
function follow(figure) {
  const reading = /** @type {HTMLOutputElement | null} */ (figure.querySelector(".reading"));
  if (!reading || !figure.querySelector(".c-mark")) return;
  let at = -1;

  /** @returns {SVGElement[]} the marks of the picture that is shown */
  const marks = () =>
    [...figure.querySelectorAll("svg")]
      .filter((s) => s.getClientRects().length > 0)
      .flatMap((s) => [.../** @type {NodeListOf<SVGElement>} */ (s.querySelectorAll(".c-mark"))]);

  /** @param {number} i */
  const show = (i) => {
    const all = marks();
    if (all.length === 0) return;
    at = Math.max(0, Math.min(i, all.length - 1));
    all.forEach((m, j) => m.classList.toggle("on", j === at));
    reading.textContent = all[at].dataset.reading ?? "";
    figure.dataset.at = String(at);
    reading.classList.remove("soft");
  };

  reading.hidden = false;
  reading.classList.add("soft");
  figure.tabIndex = 0;
  if (figure.dataset.at) show(Number(figure.dataset.at));
  figure.addEventListener("keydown", (e) => {
    if (e.target !== figure) return;
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[e.key];
    if (step) show(at + step);
    else if (e.key === "Home") show(0);
    else if (e.key === "End") show(Infinity);
    else return;
    e.preventDefault();
  });
  figure.addEventListener("pointermove", (e) => {
    const all = marks().map((m) => m.getBoundingClientRect());
    const column = all.every((r) => Math.abs(r.left - all[0].left) < 1); // marks one above the other, as those of lines
    let best = -1;
    let distance = 40;
    all.forEach((r, i) => {
      const d = column ? Math.abs(e.clientY - (r.top + r.height / 2)) : Math.abs(e.clientX - (r.left + r.width / 2));
      if (d < distance) {
        distance = d;
        best = i;
      }
    });
    if (best >= 0 && best !== at) show(best);
  });
}

/**
 * The pictures of a part by what they are called, which stays when their figures change.
 * @param {ParentNode} root
 */
function named(root) {
  /** @type {Map<string, HTMLElement>} */
  const all = new Map();
  for (const f of root.querySelectorAll("[data-cursor]")) {
    const caption = f.querySelector("caption")?.textContent ?? "";
    let name = caption;
    for (let n = 2; all.has(name); n++) name = caption + " " + n;
    all.set(name, /** @type {HTMLElement} */ (f));
  }
  return all;
}

/**
 * Where somebody reads in the pictures of a part, for the one that takes its place.
 * @param {ParentNode} old
 * @param {ParentNode} fresh
 */
function carry(old, fresh) {
  const into = named(fresh);
  for (const [name, f] of named(old)) {
    const same = into.get(name);
    if (same && f.dataset.at) same.dataset.at = f.dataset.at;
  }
}

/** @param {ParentNode} root */
function start(root) {
  for (const f of root.querySelectorAll("[data-cursor]")) follow(/** @type {HTMLElement} */ (f));
}

start(document);
document.addEventListener("parley:changing", (e) => carry(/** @type {ParentNode} */ (e.target), /** @type {CustomEvent<ParentNode>} */ (e).detail));
document.addEventListener("parley:changed", (e) => start(/** @type {ParentNode} */ (e.target)));
