// @ts-check
// Asks the device for a passkey, and sends what it says as a field of the form.
// What it is asked, and what becomes of the answer, is the server's. On the page to
// sign in the browser may offer one where the address is typed, if it can.

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

// A challenge is good for five minutes; the browser offers it for less.
const OFFERED = 4 * 60_000;

/** @param {HTMLFormElement} way to sign in by a passkey */
const offer = async (way) => {
  const options = await fetch(`${way.action}/offer`, { method: "POST" });
  if (options.status !== 200) return false; // none can be offered now
  const end = new AbortController();
  setTimeout(() => end.abort(), OFFERED);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await options.json());
  const signed = await navigator.credentials.get({ mediation: "conditional", signal: end.signal, publicKey }).catch((e) => {
    if (end.signal.aborted) return null;
    throw e;
  });
  if (!signed) return true; // it is over: ask anew
  const answer = document.createElement("input");
  answer.type = "hidden";
  answer.name = "answer";
  answer.value = JSON.stringify(/** @type {PublicKeyCredential} */ (signed).toJSON());
  way.append(answer);
  way.action += "/signed";
  way.submit();
  return false;
};

/** Resolves while the page is looked at. */
const seen = async () => {
  while (document.hidden) await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
};

/** @param {HTMLFormElement} way */
const offers = async (way) => {
  try {
    if (!(await globalThis.PublicKeyCredential?.isConditionalMediationAvailable?.())) return;
    do await seen();
    while (await offer(way));
  } catch {
    // The button is there.
  }
};

const way = /** @type {HTMLFormElement | null} */ (document.getElementById("by-passkey"));
if (way) offers(way);
