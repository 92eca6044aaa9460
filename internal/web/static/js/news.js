// @ts-check
// Says what others recorded since the page was opened. The page stays as it is, with
// what is typed and where one reads, until its reader asks for the one of now.

const line = document.getElementById("news");

/** Whether something is typed or chosen that was not sent yet. */
const typed = () => [...document.querySelectorAll("main form[method=post]")].some((form) =>
  [.../** @type {HTMLFormElement} */ (form).elements].some((field) => {
    if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
    if (field instanceof HTMLSelectElement) return field.selectedIndex > 0 && !field.options[field.selectedIndex].defaultSelected;
    if (!(field instanceof HTMLInputElement) || field.type === "hidden") return false;
    return field.checked !== field.defaultChecked || field.value !== field.defaultValue;
  }));

if (line) {
  const said = document.createElement("span");
  const anew = document.createElement("a");
  anew.href = location.pathname + location.search;
  anew.textContent = line.dataset.show ?? "";
  const lost = document.createElement("span");
  const later = document.createElement("button");
  later.type = "button";
  later.className = "button small";
  later.textContent = line.dataset.later ?? "";
  later.addEventListener("click", () => line.replaceChildren());

  // The link and the button stay as they are when there is more: one of them may have the focus.
  /** @param {string} says */
  const show = (says) => {
    said.textContent = says + " ";
    lost.textContent = typed() ? " " + line.dataset.typed + " " : " ";
    if (!line.contains(anew)) line.replaceChildren(said, anew, lost, later);
  };

  /** @type {EventSource | undefined} */
  let told;
  let last = ""; // what was said: a new connection begins with all since the page was made
  // A page that nobody looks at holds no connection: a browser has few for one site.
  const follow = () => {
    if (document.visibilityState === "hidden") {
      told?.close();
      told = undefined;
      return;
    }
    if (told && told.readyState !== EventSource.CLOSED) return;
    told = new EventSource(line.dataset.url ?? "");
    told.onmessage = (e) => {
      const { says } = JSON.parse(e.data);
      if (says !== last) show(says);
      last = says;
    };
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("pageshow", follow); // also back at a page that was kept
  addEventListener("pagehide", () => told?.close());
}
