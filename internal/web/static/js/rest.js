// @ts-check
// Brings what takes longer to work out once the page is there. Without this script
// a link leads to it.

const line = document.getElementById("rest");
const link = line?.querySelector("a");

/**
 * What the row of a table is about in which something stands: many rows lead to one page.
 * @param {Element | null} part
 */
const headOf = (part) => part?.closest("tr")?.querySelector("th")?.textContent ?? "";

/**
 * Puts the whole in the place of what was there first; what is unfolded stays so,
 * and the focus stays at the same link, or else goes to the heading.
 * @param {HTMLElement} old
 * @param {HTMLElement} fresh
 */
function replace(old, fresh) {
  const focused = document.activeElement;
  const inside = old.contains(focused);
  const href = focused?.getAttribute("href");
  const row = headOf(focused);
  const summary = focused?.tagName === "SUMMARY";
  if (old.querySelector("details[open]")) for (const d of fresh.querySelectorAll("details")) d.open = true;
  old.replaceWith(fresh);
  if (!inside) return;
  const links = [...fresh.querySelectorAll("a[href]")].filter((a) => a.getAttribute("href") === href);
  const same = links.find((a) => headOf(a) === row) ?? links[0];
  const heading = fresh.querySelector("h1");
  const at = /** @type {HTMLElement | null} */ (same ?? (summary ? fresh.querySelector("summary") : null) ?? heading);
  if (at === heading) heading?.setAttribute("tabindex", "-1");
  at?.focus();
}

if (line && link) {
  line.replaceChildren(line.dataset.busy ?? "");
  const failed = () => line.replaceChildren(link);
  // A request for a document is parsed by the browser as an inert page; no text is
  // turned into markup here.
  const request = new XMLHttpRequest();
  request.open("GET", link.href);
  request.responseType = "document";
  request.onload = () => {
    const fresh = request.responseXML?.getElementById("found");
    const old = document.getElementById("found");
    if (!fresh || !old) {
      failed();
      return;
    }
    replace(old, document.adoptNode(fresh));
    const say = document.getElementById("say");
    if (say) say.textContent = document.querySelector("h1")?.textContent ?? "";
  };
  request.onerror = failed;
  request.send();
}
