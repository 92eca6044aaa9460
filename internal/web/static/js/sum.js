// @ts-check
// What a figure adds up from is fetched when somebody opens it, and stands in the
// place of the link that leads there without scripts.

document.addEventListener("toggle", (e) => {
  const opened = /** @type {HTMLElement} */ (e.target);
  if (!(opened instanceof HTMLDetailsElement) || !opened.open || !opened.matches("details.adds")) return;
  const line = opened.querySelector("p");
  const link = line?.querySelector("a");
  if (!line || !link || opened.querySelector(".sums")) return;
  opened.setAttribute("aria-busy", "true");
  // A request for a document is parsed by the browser as an inert page; no text is
  // turned into markup here.
  const request = new XMLHttpRequest();
  request.open("GET", link.href);
  request.responseType = "document";
  request.onloadend = () => {
    opened.removeAttribute("aria-busy");
    const sums = request.responseXML?.querySelector(".sums");
    if (request.status !== 200 || !sums || opened.querySelector(".sums")) return; // the link stays
    line.replaceWith(document.adoptNode(sums));
  };
  request.send();
}, true);
