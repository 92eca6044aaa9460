// @ts-check
// Copies a list that the server writes. Where a browser lets no page copy (it does
// so over https and at one's own machine), there is no button.

/** @param {HTMLElement} button */
const copy = async (button) => {
  const text = fetch(button.dataset.copy ?? "", { headers: { Accept: "text/markdown" } }).then((answer) => {
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.text();
  });
  const says = /** @type {HTMLElement | null} */ (button.parentElement?.querySelector("[data-copied]"));
  let done = true;
  try {
    // Asked for at once: some browsers give leave only to what begins with the click.
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text.then((list) => new Blob([list], { type: "text/plain" })) })]);
  } catch {
    done = await text.then((list) => navigator.clipboard.writeText(list)).then(() => true, () => false);
  }
  if (says) says.textContent = (done ? says.dataset.copied : says.dataset.notCopied) ?? "";
};

if (navigator.clipboard && "ClipboardItem" in window) {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-copy]"))) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}
