// @ts-check
// The secret of a link stands behind its #, which no browser sends anywhere. It
// goes into the form, and away from the address and the history.

const field = /** @type {HTMLInputElement | null} */ (document.querySelector("input[data-secret]"));

const take = () => {
  const secret = location.hash.slice(1);
  if (!field || !secret || document.getElementById(secret)) return; // a place on the page is no secret
  field.value = secret;
  history.replaceState(null, "", location.pathname + location.search);
  const line = /** @type {HTMLElement | null} */ (field.closest(".line"));
  if (field.dataset.secret === "send") field.form?.requestSubmit();
  else if (line) line.hidden = true;
};

take();
// A link that is opened where its page stands already loads nothing anew.
addEventListener("hashchange", take);
