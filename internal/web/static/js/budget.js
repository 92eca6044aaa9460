// @ts-check
// Lets the plan follow the budget while it is being dragged. Without this
// script the form is an ordinary one with a button.

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("budget"));
const say = document.getElementById("say");

if (form) {
  /** @type {XMLHttpRequest | undefined} */
  let asked;
  let timer = 0;

  const ask = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== "") query.append(name, String(value));
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
      const result = document.adoptNode(fresh);
      old.replaceWith(result);
      history.replaceState(null, "", address);
      if (say) say.textContent = result.dataset.say ?? "";
      result.dispatchEvent(new Event("parley:changed", { bubbles: true }));
    };
    request.onerror = () => {
      document.body.classList.remove("busy");
      form.submit();
    };
    request.send();
  };

  const soon = (/** @type {number} */ wait) => {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  };

  for (const slider of form.querySelectorAll('input[type="range"]')) {
    const range = /** @type {HTMLInputElement} */ (slider);
    const field = /** @type {HTMLInputElement | null} */ (document.getElementById(range.dataset.for ?? ""));
    if (!field) continue;
    range.hidden = false;
    range.addEventListener("input", () => {
      field.value = `${range.dataset.prefix ?? ""}${range.value}${range.dataset.suffix ?? ""}`;
      soon(60);
    });
  }
  form.addEventListener("change", (e) => {
    if (/** @type {HTMLElement} */ (e.target).getAttribute("type") !== "range") soon(0);
  });
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    soon(0);
  });
}
