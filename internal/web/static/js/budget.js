// @ts-check
// Lets the plan follow the budget while it is being dragged. Without this
// script the form is an ordinary one with a button.

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("budget"));
const say = document.getElementById("say");

/**
 * Puts the focus on a button of the same thing, or else on the heading.
 * @param {HTMLElement} result
 * @param {HTMLElement} pressed
 */
function again(result, pressed) {
  const id = (pressed.getAttribute("value") ?? "").replace(/^[a-z]+:/, "");
  const same = [.../** @type {NodeListOf<HTMLElement>} */ (result.querySelectorAll('button[name="do"]'))].find((b) => (b.getAttribute("value") ?? "").replace(/^[a-z]+:/, "") === id);
  for (let d = same?.closest("details"); d; d = d.parentElement?.closest("details")) d.open = true;
  const heading = result.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  (same ?? heading)?.focus();
}

/**
 * Moves the sliders to what the answer read from the fields, but for one that is
 * being moved.
 * @param {HTMLFormElement} form
 * @param {Document} answer
 */
function follow(form, answer) {
  for (const slider of form.querySelectorAll('input[type="range"]')) {
    const range = /** @type {HTMLInputElement} */ (slider);
    const fresh = /** @type {HTMLInputElement | null} */ (answer.querySelector(`input[type="range"][data-for="${range.dataset.for}"]`));
    if (!fresh || range === document.activeElement) continue;
    range.max = fresh.max;
    range.value = fresh.value;
  }
}

/**
 * Says at once, while a slider moves, how much could be had at most for what the
 * fields ask: the best plan for each outlay came with the page.
 * @param {HTMLFormElement} form
 */
function atMost(form) {
  const line = document.getElementById("at-most");
  const result = document.getElementById("result");
  const known = result?.dataset.frontier;
  if (!line || !result || !known) return;
  /** @type {{o: number, s: string}[]} */
  const steps = JSON.parse(known);
  const all = [...form.querySelectorAll('input[type="range"]:not([data-for="periods"])')].reduce((sum, slider) => {
    const range = /** @type {HTMLInputElement} */ (slider);
    const unit = range.dataset.for === "effort" ? Number(result.dataset.day) : range.dataset.suffix === "k" ? 1000 : 1;
    return sum + Number(range.value) * unit;
  }, 0);
  const step = steps.filter((p) => p.o <= all).at(-1);
  line.textContent = step?.s ?? "";
  line.hidden = !step;
}

/**
 * Names a part of a result so that it is found again in a fresh one: by the
 * section it stands in, and there by its id, by what it is for or which of its kind it is.
 * @param {HTMLElement} part
 */
function nameOf(part) {
  const section = /** @type {HTMLElement} */ (part.closest("section, #result"));
  const which = part.id || (part.getAttribute("value") ?? part.getAttribute("href") ?? [...section.querySelectorAll(part.tagName)].indexOf(part));
  return [section.getAttribute("aria-labelledby"), part.tagName, which].join(" ");
}

/**
 * Remembers where somebody is in a result, what is chosen but not sent and what
 * is unfolded, and returns what sets it so in the result that takes its place.
 * @param {HTMLElement} old
 */
function keep(old) {
  const parts = (/** @type {HTMLElement} */ in_) => /** @type {HTMLElement[]} */ ([...in_.querySelectorAll("h1, a[href], select, summary, button, figure[tabindex]")]);
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const chosen = [...old.querySelectorAll("select")].map((s) => s.value);
  const unfolded = [...old.querySelectorAll("details")].filter((d) => d.open).map(nameOf);
  const at = focused && parts(old).includes(focused) ? nameOf(focused) : "";
  return (/** @type {HTMLElement} */ fresh) => {
    [...fresh.querySelectorAll("select")].forEach((s, i) => {
      if (chosen[i] && [...s.options].some((o) => o.value === chosen[i])) s.value = chosen[i];
    });
    for (const d of fresh.querySelectorAll("details")) if (unfolded.includes(nameOf(d))) d.open = true;
    if (!at || fresh.contains(document.activeElement)) return;
    const same = parts(fresh).find((e) => nameOf(e) === at);
    if (same?.tagName === "H1") same.setAttribute("tabindex", "-1");
    same?.focus();
  };
}

/**
 * What a part of a result is about, by which it is found again among its neighbours.
 * @param {Element} part
 */
function about(part) {
  const of = part.id || part.getAttribute("data-of") || part.getAttribute("aria-labelledby") || part.className;
  return `${part.tagName} ${of}`;
}

/**
 * Whether a part is worth going into: rows of the list stand in it, or it stands in
 * a row and is no text.
 * @param {Element} part
 */
function deep(part) {
  if (part.tagName === "P" || part.tagName === "SUMMARY") return false;
  const text = (/** @type {ChildNode} */ n) => n.nodeType === Node.TEXT_NODE && (n.textContent ?? "").trim() !== "";
  return (part.matches(".items *") || part.querySelector(".items") !== null) && ![...part.childNodes].some(text);
}

/**
 * Which plan a form to agree on it is about.
 * @param {Element} part
 */
const seen = (part) => /** @type {HTMLInputElement | null} */ (part.querySelector('input[name="seen"]'))?.value;

/**
 * Lets a form to agree on a plan stay with what was typed into it, where a fresh one is
 * about the very same plan: the budget it asks for is the fresh one's.
 * @param {HTMLElement} old
 * @param {HTMLElement} fresh
 */
function stays(old, fresh) {
  if (seen(old) !== seen(fresh)) return false;
  for (const hidden of old.querySelectorAll("input[type=hidden]")) hidden.remove();
  old.querySelector("form")?.prepend(...fresh.querySelectorAll("input[type=hidden]"));
  return true;
}

/**
 * Makes an old result the fresh one and returns what stands there then. Of the rows
 * of the list only what changed is replaced: the browser lays out nothing else anew.
 * What somebody may be typing, why they agree on the very same plan, stays as it is,
 * and so does what is unfolded.
 * @param {HTMLElement} old
 * @param {HTMLElement} fresh
 */
function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return old;
  if (old.matches(".agree") && fresh.matches(".agree") && stays(old, fresh)) return old;
  if (about(old) !== about(fresh) || !deep(old) || !deep(fresh)) {
    old.replaceWith(fresh);
    return fresh;
  }
  for (const { name } of [...old.attributes]) if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const parts = /** @type {HTMLElement[]} */ ([...old.children]);
  const names = parts.map(about);
  const wanted = /** @type {HTMLElement[]} */ ([...fresh.children]);
  const stay = new Set(wanted.map(about));
  const placed = new Set(); // which of the old parts have their place
  let next = 0; // the first of the old parts that has none yet
  for (const part of wanted) {
    while (next < parts.length && (placed.has(next) || !stay.has(names[next]))) {
      if (!placed.has(next)) parts[next].remove();
      next++;
    }
    const name = about(part);
    const at = names.findIndex((n, i) => i >= next && n === name && !placed.has(i));
    if (at !== next) old.insertBefore(at < 0 ? part : parts[at], parts[next] ?? null);
    if (at < 0) continue;
    placed.add(at);
    patch(parts[at], part);
  }
  for (; next < parts.length; next++) if (!placed.has(next)) parts[next].remove();
  return old;
}

if (form) {
  /** @type {XMLHttpRequest | undefined} */
  let asked;
  let timer = 0;
  let soonAsked = false; // whether something is to be asked for that no answer is of yet
  /** @type {HTMLElement | null} what was typed, while the plan is one that nobody can agree on yet */
  let typed = null;

  /**
   * Asks for the table at an address and shows it.
   * @param {string} address
   * @param {(result: HTMLElement) => void} shown what to do with it then
   * @param {() => void} failed what to do when there is no answer
   */
  const fetched = (address, shown, failed) => {
    asked?.abort();
    // A request for a document is parsed by the browser as an inert page; no
    // text is turned into markup here.
    const request = new XMLHttpRequest();
    asked = request;
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => {
      document.body.classList.remove("busy");
      const fresh = request.responseXML?.getElementById("result");
      const old = document.getElementById("result");
      if (!fresh || !old) {
        failed();
        return;
      }
      follow(form, /** @type {Document} */ (request.responseXML));
      const held = keep(old);
      const agree = /** @type {HTMLElement | null} */ (old.querySelector(".agree")) ?? typed;
      old.dispatchEvent(new CustomEvent("parley:changing", { bubbles: true, detail: fresh })); // what is read out of a picture stays
      const result = patch(old, document.adoptNode(fresh));
      const now = /** @type {HTMLElement | null} */ (result.querySelector(".agree"));
      if (agree && now && now !== agree && stays(agree, now)) now.replaceWith(agree);
      typed = now ? null : agree;
      result.dispatchEvent(new Event("parley:changed", { bubbles: true })); // pictures can have the focus from now on
      held(result);
      shown(result);
    };
    request.onerror = () => {
      document.body.classList.remove("busy");
      failed();
    };
    request.send();
  };

  /** @param {HTMLElement | null} [pressed] the button of a thing of the plan */
  const ask = (pressed) => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form, pressed)) if (value !== "") query.append(name, String(value));
    const address = `${form.getAttribute("action")}?${query}`;
    document.body.classList.add("busy");
    if (say) say.textContent = form.dataset.busy ?? "";
    fetched(address, (result) => {
      const line = document.getElementById("at-most");
      if (line) line.hidden = true;
      history.replaceState(null, "", result.dataset.url ?? address);
      // The button that was pressed is gone: the focus goes to where the plan is said.
      if (pressed) again(result, pressed);
      if (say) say.textContent = result.dataset.say ?? "";
      more();
    }, () => form.submit());
  };

  // The plan and its figures come first. The reasons, and what is about as good,
  // follow by themselves once nothing was asked for a moment.
  const more = () => {
    const line = document.getElementById("more");
    const link = line?.querySelector("a");
    if (!line || !link || soonAsked) return;
    clearTimeout(timer);
    line.replaceChildren(line.dataset.busy ?? "");
    timer = setTimeout(() => fetched(link.href, () => {}, () => line.replaceChildren(link)), 300);
  };

  const soon = (/** @type {number} */ wait, /** @type {HTMLElement | null} */ pressed = null) => {
    clearTimeout(timer);
    soonAsked = true;
    timer = setTimeout(() => {
      soonAsked = false;
      ask(pressed);
    }, wait);
  };

  for (const slider of form.querySelectorAll('input[type="range"]')) {
    const range = /** @type {HTMLInputElement} */ (slider);
    const field = /** @type {HTMLInputElement | null} */ (document.getElementById(range.dataset.for ?? ""));
    if (!field) continue;
    range.hidden = false;
    range.addEventListener("input", () => {
      field.value = `${range.dataset.prefix ?? ""}${range.value}${range.dataset.suffix ?? ""}`;
      atMost(form);
      soon(60);
    });
  }
  form.addEventListener("change", (e) => {
    if (/** @type {HTMLElement} */ (e.target).getAttribute("type") !== "range") soon(0);
  });
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const pressed = e.submitter;
    soon(0, pressed?.getAttribute("name") ? pressed : null);
  });
  more();
}
