// @ts-check
// Times stand on the page in the server's zone, which they name. Whoever reads sees
// them in their own; the server's words stay as the title.

const page = document.documentElement.lang;
const reader = navigator.language;
const language = reader.split("-")[0] === page.split("-")[0] ? reader : page; // words and dates are of one language
const words = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });

for (const at of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll("time[datetime]"))) {
  const moment = new Date(at.dateTime);
  if (Number.isNaN(moment.getTime())) continue;
  at.title = at.textContent ?? "";
  at.textContent = words.format(moment);
}
