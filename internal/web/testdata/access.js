// What a page must have so that everybody can use it, as far as a program can
// tell (WCAG 2.2, A and AA; the number of the criterion stands at each check).
// The value of this expression is a list of sentences, empty for nothing wrong.
(() => {
  const wrong = [];
  const where = (e) => e.outerHTML.replace(/\s+/g, " ").slice(0, 110);
  const say = (what, e) => wrong.push(e ? `${what}: ${where(e)}` : what);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest("[aria-hidden=true]");
  const shown = (e) => seen(e) && e.getBoundingClientRect().width > 1 && getComputedStyle(e).clipPath === "none";
  const modal = document.querySelector("dialog[open]");
  const inert = (e) => modal !== null && !modal.contains(e);

  // 3.1.1, 2.4.2
  if (!document.documentElement.lang) say("the page names no language");
  if (!document.title.trim()) say("the page has no title");

  // 4.1.1 in HTML as it is now: what refers to an id finds one
  const ids = new Map();
  for (const e of all("[id]")) ids.set(e.id, (ids.get(e.id) ?? 0) + 1);
  for (const [id, n] of ids) if (n > 1) say(`${n} elements have the id ${id}`);
  for (const name of ["aria-labelledby", "aria-describedby", "for", "aria-controls"]) {
    for (const e of all(`[${name}]`)) {
      for (const id of e.getAttribute(name).split(/\s+/)) if (!ids.has(id)) say(`${name} names ${id}, which is not there`, e);
    }
  }

  // 4.1.2, 1.1.1, 2.4.4, 3.3.2: a name for everything that does something
  const named = (e) => {
    const by = e.getAttribute("aria-labelledby");
    if (by) return by.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    if (e.getAttribute("aria-label")) return e.getAttribute("aria-label");
    if (e.matches("input:not([type=submit]), select, textarea")) {
      return [...(e.labels ?? [])].map((l) => l.textContent).join(" ");
    }
    if (e.matches("svg")) return e.querySelector(":scope > title")?.textContent ?? "";
    if (e.matches("fieldset")) return e.querySelector(":scope > legend")?.textContent ?? "";
    return e.textContent;
  };
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, fieldset, dialog[open], [role=img], [role=group], [tabindex='0']:not(figure)";
  for (const e of all(controls)) if (seen(e) && !named(e).trim()) say("there is no name", e);
  for (const e of all("svg")) if (seen(e) && e.getAttribute("role") !== (e.querySelector("a") ? "group" : "img")) say("a picture has no role", e);
  for (const e of all("img")) if (!e.hasAttribute("alt")) say("a picture has no text", e);
  for (const e of all("[aria-label]")) {
    const text = e.textContent.trim();
    const words = (/** @type {string} */ s) => ` ${s.replace(/[\s:,.]+/g, " ").trim()} `;
    if (e.matches("a, button") && text && !words(e.getAttribute("aria-label")).includes(words(text))) say("what is heard is not what is read (2.5.3)", e);
  }

  // 1.3.1, 2.4.6: headings, lists, tables, groups
  const headings = all("h1, h2, h3, h4, h5, h6").filter((e) => seen(e) && !inert(e) && !(modal === null && e.closest("dialog")));
  if (!modal && headings.filter((h) => h.tagName === "H1").length !== 1) say("there is not one main heading");
  let level = modal ? 1 : 0;
  for (const h of headings) {
    const at = Number(h.tagName[1]);
    if (at > level + 1) say(`a heading of level ${at} follows one of level ${level}`, h);
    if (!h.textContent.trim()) say("a heading is empty", h);
    level = at;
  }
  for (const e of all("li")) if (!e.parentElement.matches("ul, ol, menu")) say("an item stands in no list", e);
  for (const e of all("ul, ol")) for (const c of e.children) if (!c.matches("li")) say("a list holds what is no item", c);
  for (const e of all("dt, dd")) if (!e.parentElement.matches("dl, dl > div")) say("a term stands in no list of terms", e);
  for (const t of all("table")) {
    for (const th of all("th", t)) if (!th.hasAttribute("scope")) say("a heading of a table has no scope", th);
    for (const tr of all("tbody tr", t)) if (!tr.querySelector("th[scope=row]")) say("a row has no heading", tr);
    for (const th of all("th", t)) if (!th.textContent.trim()) say("a heading of a table is empty", th);
  }
  for (const e of all("input[type=radio]")) if (!e.closest("fieldset")?.querySelector("legend")) say("a choice has no question", e);

  // landmarks
  if (all("main").length !== 1) say("there is not one main part");
  const navs = all("nav").map((n) => n.getAttribute("aria-label"));
  if (new Set(navs).size !== navs.length || navs.some((n) => !n)) say("navigations are not told apart");
  for (const e of document.body.children) {
    if (seen(e) && !e.matches("header, main, footer, a.skip, dialog, script")) say("something stands outside every part of the page", e);
  }

  // 1.4.3, 1.4.11: contrast of texts, and of what a field is drawn with
  const parse = (c) => {
    const m = c.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return c.startsWith("color(srgb") ? [m[0] * 255, m[1] * 255, m[2] * 255, m[3] ?? 1] : [m[0], m[1], m[2], m[3] ?? 1];
  };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const back = (e) => {
    const layers = [];
    for (let x = e; x; x = x.parentElement) {
      const c = parse(getComputedStyle(x).backgroundColor);
      if (c[3] > 0) layers.push(c);
      if (c[3] === 1) break;
    }
    const page = matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0, 1] : [255, 255, 255, 1];
    return layers.reverse().reduce((under, c) => over(c, under), page);
  };
  const light = (c) => {
    const [r, g, b] = c.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [hi, lo] = [light(a), light(b)].sort((x, y) => y - x);
    return (hi + 0.05) / (lo + 0.05);
  };
  const faded = (e) => {
    let o = 1;
    for (let x = e; x; x = x.parentElement) o *= Number(getComputedStyle(x).opacity);
    return o;
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judged = new Set();
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || judged.has(e) || !shown(e) || inert(e) || e.closest("title, script, style, option")) continue;
    judged.add(e);
    const style = getComputedStyle(e);
    const b = back(e);
    const colour = parse(e.closest("svg") ? style.fill : style.color);
    colour[3] *= faded(e);
    const size = parseFloat(style.fontSize);
    const need = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 600) ? 3 : 4.5;
    const got = contrast(over(colour, b), b);
    if (got < need) say(`contrast ${got.toFixed(2)}, needs ${need}`, e);
  }
  for (const e of all("input:not([type=hidden]):not([type=range]):not([type=checkbox]):not([type=radio]), select, textarea, .button")) {
    if (!shown(e) || inert(e)) continue;
    const edge = contrast(over(parse(getComputedStyle(e).borderTopColor), back(e.parentElement)), back(e.parentElement));
    if (edge < 3) say(`the edge has a contrast of ${edge.toFixed(2)}, needs 3`, e);
  }

  // 2.5.8: what is pressed is 24 px at least, links in a line of text aside
  for (const e of all("button, input:not([type=hidden]), select, textarea, summary, nav a, a.button, h3 a")) {
    if (!shown(e) || inert(e)) continue;
    const box = (e.matches("input[type=checkbox], input[type=radio]") && e.closest("label") ? e.closest("label") : e).getBoundingClientRect();
    const inLine = e.matches("h3 a");
    if (!inLine && (box.height < 23.5 || box.width < 23.5)) say(`only ${Math.round(box.width)} × ${Math.round(box.height)} px to press`, e);
  }

  // 2.4.3: nothing jumps the queue
  for (const e of all("[tabindex]")) if (e.tabIndex > 0) say("the order of the focus is another than that of the page", e);

  // 1.4.10, 1.4.12: nothing is cut off or leaves the page
  const width = document.documentElement.clientWidth;
  for (const e of all("main *")) {
    if (!shown(e) || e.closest("svg")) continue;
    const leaves = (x) => x.getBoundingClientRect().right > width + 1;
    if (leaves(e) && ![...e.children].some(leaves)) say("leaves the page on the right", e);
    const style = getComputedStyle(e);
    if (style.overflow === "hidden" && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)) say("is cut off", e);
  }
  return wrong;
})()
