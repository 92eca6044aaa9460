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
  const details = same?.closest("details");
  if (details) details.open = true;
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
 * two fields ask: the best plan for each outlay came with the page.
 * @param {HTMLFormElement} form
 */
function atMost(form) {
  const line = document.getElementById("at-most");
  const result = document.getElementById("result");
  const known = result?.dataset.frontier;
  if (!line || !result || !known) return;
  /** @type {{o: number, s: string}[]} */
  const steps = JSON.parse(known);
  const all = [...form.querySelectorAll('input[type="range"]')].reduce((sum, slider) => {
    const range = /** @type {HTMLInputElement} */ (slider);
    const unit = range.dataset.for === "effort" ? Number(result.dataset.day) : range.dataset.suffix === "k" ? 1000 : 1;
    return sum + Number(range.value) * unit;
  }, 0);
  const step = steps.filter((p) => p.o <= all).at(-1);
  line.textContent = step?.s ?? "";
  line.hidden = !step;
}

if (form) {
  /** @type {XMLHttpRequest | undefined} */
  let asked;
  let timer = 0;

  /** @param {HTMLElement | null} [pressed] the button of a thing of the plan */
  const ask = (pressed) => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form, pressed)) if (value !== "") query.append(name, String(value));
    const address = `${form.getAttribute("action")}?${query}`;
    asked?.abort();
    // A request for a document is parsed by the browser as an inert page; no
    // text is turned into markup here.
    const request = new XMLHttpRequest();
    asked = request;
    document.body.classList.add("busy");
    if (say) say.textContent = form.dataset.busy ?? "";
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => {
      document.body.classList.remove("busy");
      const fresh = request.responseXML?.getElementById("result");
      const old = document.getElementById("result");
      if (!fresh || !old) {
        form.submit();
        return;
      }
      follow(form, /** @type {Document} */ (request.responseXML));
      const result = document.adoptNode(fresh);
      old.replaceWith(result);
      const line = document.getElementById("at-most");
      if (line) line.hidden = true;
      history.replaceState(null, "", result.dataset.url ?? address);
      // The button that was pressed is gone: the focus goes to where the plan is said.
      if (pressed) again(result, pressed);
      if (say) say.textContent = result.dataset.say ?? "";
      result.dispatchEvent(new Event("parley:changed", { bubbles: true }));
    };
    request.onerror = () => {
      document.body.classList.remove("busy");
      form.submit();
    };
    request.send();
  };

  const soon = (/** @type {number} */ wait, /** @type {HTMLElement | null} */ pressed = null) => {
    clearTimeout(timer);
    timer = setTimeout(() => ask(pressed), wait);
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
}
