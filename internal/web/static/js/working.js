// @ts-check
// Says that the next page is being worked out, once that takes longer than a moment.
// A file that is fetched leaves the page as it is, and nothing is said.

const line = document.getElementById("working");
const moment = 600;
let timer = 0;
let file = false;

const over = () => {
  clearTimeout(timer);
  line?.replaceChildren();
};

document.addEventListener("click", (e) => {
  const link = /** @type {Element | null} */ (e.target)?.closest("a[href]");
  file = link instanceof HTMLAnchorElement && /\.\w+$/.test(link.pathname);
}, true);
addEventListener("beforeunload", () => {
  over();
  if (!file) timer = setTimeout(() => line?.replaceChildren(line.dataset.says ?? ""), moment);
});
addEventListener("pagehide", over);
addEventListener("pageshow", over); // back at a page that was kept
