// @ts-check
// Asks the device for a passkey, and sends what it says as a field of the form.
// What it is asked, and what becomes of the answer, is the server's.

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("ask-passkey"));

/** @param {string} what which sentence is shown, "" for none */
const say = (what) => {
  for (const p of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#ask-passkey [data-says]"))) p.hidden = p.dataset.says !== what;
};

/** @param {HTMLFormElement} form */
const ask = async (form) => {
  const options = JSON.parse(form.dataset.options ?? "");
  const made = form.dataset.does === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("answer"));
  field.value = JSON.stringify(/** @type {PublicKeyCredential} */ (made).toJSON());
  form.submit(); // asks nothing again
};

let asking = false;

/** @param {HTMLFormElement} form */
const begin = async (form) => {
  if (asking) return;
  asking = true;
  say("");
  try {
    await ask(form);
  } catch (e) {
    const name = e instanceof DOMException ? e.name : "";
    say(name === "" || name === "SecurityError" ? "unable" : name === "InvalidStateError" ? "known" : "not");
    asking = false;
  }
};

if (form) {
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    begin(form);
  });
  begin(form); // the button is for another try, and for browsers that want to be touched first
}
