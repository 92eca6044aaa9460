// @ts-check
// Times stand on the page in the server's zone, which they name. Whoever reads sees
// them in their own; the server's words stay as the title.

const page = document.documentElement.lang;
const reader = navigator.language;
const language = reader.split("-")[0] === page.split("-")[0] ? reader : page; // words and dates are of one language
const words = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** @param {ParentNode} root */
function translate(root) {
  for (const at of /** @type {NodeListOf<HTMLTimeElement>} */ (root.querySelectorAll("time[datetime]"))) {
    const moment = new Date(at.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    at.title = at.textContent ?? "";
    at.textContent = (at.dataset.clock === undefined ? words : clock).format(moment);
  }
}

translate(document);
document.addEventListener("parley:changed", (e) => translate(/** @type {ParentNode} */ (e.target)));
