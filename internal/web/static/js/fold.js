// @ts-check
// One answer folds when another is opened: what was pressed stays where it was
// pressed, and is not carried off the screen by what folds above it.

document.addEventListener("click", (e) => {
  const pressed = /** @type {Element | null} */ (e.target)?.closest("details[name] > summary");
  if (!pressed) return;
  const before = pressed.getBoundingClientRect().top;
  requestAnimationFrame(() => scrollBy({ top: pressed.getBoundingClientRect().top - before, behavior: "instant" }));
});
