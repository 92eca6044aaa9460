package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdpnetwork "github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/parleysec/parley/ledger"
)

// device gives the browser a device for passkeys, whose person is always there.
func device(t *testing.T, ctx context.Context) webauthn.AuthenticatorID {
	t.Helper()
	var id webauthn.AuthenticatorID
	do(t, ctx, chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		if _, err := cdp.Call(ctx, s, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		x, err := cdp.Call(ctx, s, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		id = x.AuthenticatorID
		return err
	}))
	return id
}

// keysOf are the keys of a device.
func keysOf(t *testing.T, ctx context.Context, id webauthn.AuthenticatorID) (out []*webauthn.Credential) {
	t.Helper()
	do(t, ctx, chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		x, err := cdp.Call(ctx, s, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: id})
		out = x.Credentials
		return err
	}))
	return out
}

// verifies says whether the device knows who holds it from now on.
func verifies(t *testing.T, ctx context.Context, id webauthn.AuthenticatorID, yes bool) {
	t.Helper()
	do(t, ctx, chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		_, err := cdp.Call(ctx, s, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: id, IsUserVerified: yes})
		return err
	}))
}

// offers says whether the browser can offer a passkey where an address is typed. The
// device of these tests takes what is offered at once.
func offers(t *testing.T, ctx context.Context, yes bool) {
	t.Helper()
	do(t, ctx, chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		_, err := cdp.Call(ctx, s, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: `PublicKeyCredential.isConditionalMediationAvailable = async () => ` + strconv.FormatBool(yes),
		})
		return err
	}))
}

// forgotten takes what the browser keeps away: it is signed in nowhere.
func forgotten() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		_, err := cdp.Call(ctx, s, cdpnetwork.ClearBrowserCookies, cdp.Empty{})
		return err
	})
}

// click clicks on what a selector finds, and waits for an address.
func click(t *testing.T, ctx context.Context, selector, where string) {
	t.Helper()
	do(t, ctx, chromedp.Click(chromedp.CSS(selector)))
	at(t, ctx, where)
}

// answerIn is what the browser answers on the page that is open, asked with options.
func answerIn(t *testing.T, ctx context.Context, options string) string {
	t.Helper()
	eval[bool](t, ctx, `(() => {
		delete window.signed;
		navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(`+options+`) }).then((c) => { window.signed = JSON.stringify(c.toJSON()); });
		return true;
	})()`)
	until(t, ctx, `typeof window.signed === "string"`)
	return eval[string](t, ctx, `window.signed`)
}

// TestPasskeyInTheBrowser adds a passkey, signs out and in by it with a real browser;
// then what must not work: from another page, twice, unseen, removed.
func TestPasskeyInTheBrowser(t *testing.T) {
	c := newCompany(t, shopFile())
	c.join("ben@example.org", ledger.Decider)
	ctx := browser(t)
	id := device(t, ctx)
	offers(t, ctx, false)
	complained := listen(t, ctx)

	do(t, ctx, chromedp.Navigate(c.named()+"/sign-in?to=/account"))
	fill(t, ctx, "#sign-in-email", "ben@example.org")
	fill(t, ctx, "#sign-in-password", password)
	click(t, ctx, "#sign-in button", "/account")
	add := func(name string) {
		t.Helper()
		do(t, ctx, chromedp.Click(chromedp.CSS("section[aria-labelledby=passkeys] summary")))
		fill(t, ctx, "#passkey-name", name)
		fill(t, ctx, "#passkey-password", password)
		do(t, ctx, chromedp.Click(chromedp.CSS("#passkey button")))
	}
	add("Laptop")
	at(t, ctx, "/account?done=passkey")
	keys := keysOf(t, ctx, id)
	if len(keys) != 1 || !keys[0].IsResidentCredential || keys[0].RpID != "localhost" || keys[0].UserName != "ben@example.org" || len(keys[0].UserHandle) != 32 {
		t.Fatalf("the device holds %+v", keys)
	}
	add("Laptop again") // the device has one already
	until(t, ctx, `document.querySelector("[data-says=known]")?.checkVisibility() === true`)

	out := func() {
		t.Helper()
		do(t, ctx, chromedp.Navigate(c.named()+"/account"), chromedp.Click(chromedp.CSS(".who-menu summary")))
		click(t, ctx, ".who-menu button", signInPath)
	}
	out()
	do(t, ctx, chromedp.Navigate(c.named()+"/t/leak"))
	at(t, ctx, "/sign-in?to=%2Ft%2Fleak")
	click(t, ctx, "#by-passkey button", "/t/leak")
	if who := eval[string](t, ctx, `document.querySelector(".who-name").textContent`); who != "ben@example.org" {
		t.Errorf("signed in as %q", who)
	}

	// Nobody is looked at: the device refuses, and the page says what to do.
	out()
	verifies(t, ctx, id, false)
	do(t, ctx, chromedp.Click(chromedp.CSS("#by-passkey button")))
	until(t, ctx, `document.querySelector("[data-says=not]")?.checkVisibility() === true`)
	verifies(t, ctx, id, true)
	click(t, ctx, "#ask-passkey button", "/") // another try with the same page

	// Another page under the same name has the device sign: its origin gives it away.
	other := newCompany(t, shopFile())
	options := func() string {
		t.Helper()
		_, _, page := c.guest().under(passkeySignInPath, url.Values{"to": {"/"}})
		return offered(t, page)
	}
	send := func(answer string) (int, string) {
		t.Helper()
		status, _, page := c.guest().under(passkeySignInPath+"/signed", url.Values{"answer": {answer}, "to": {"/"}})
		return status, text(page)
	}
	asked := options()
	do(t, ctx, chromedp.Navigate(other.named()+signInPath))
	if status, page := send(answerIn(t, ctx, asked)); status != http.StatusUnprocessableEntity || !strings.Contains(page, "was not accepted") {
		t.Errorf("from another page: %d\n%s", status, page)
	}

	// The browser itself lets no page of another name ask.
	do(t, ctx, chromedp.Navigate(strings.Replace(c.named(), "localhost", "127.0.0.1", 1)+signInPath))
	refused := eval[bool](t, ctx, `(() => { navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(`+options()+`) }).catch((e) => { window.why = e.name; }); return true; })()`)
	until(t, ctx, `window.why === "SecurityError"`)
	if !refused {
		t.Error("not asked")
	}

	// What was sent once is not taken again.
	do(t, ctx, chromedp.Navigate(c.named()+"/"))
	answer := answerIn(t, ctx, options())
	if status, page := send(answer); status != http.StatusSeeOther {
		t.Errorf("the answer of a script: %d\n%s", status, page)
	}
	if status, page := send(answer); status != http.StatusUnprocessableEntity || !strings.Contains(page, "sent twice") {
		t.Errorf("sent twice: %d\n%s", status, page)
	}
	var parsed map[string]any
	if err := json.Unmarshal([]byte(answer), &parsed); err != nil || parsed["type"] != "public-key" {
		t.Errorf("%s (%v)", answer, err)
	}

	// A key that is removed signs nobody in.
	do(t, ctx, chromedp.Navigate(c.named()+"/account"))
	click(t, ctx, `form[action$="/remove"] button`, "/account?done=passkey-removed")
	out()
	do(t, ctx, chromedp.Click(chromedp.CSS("#by-passkey button")))
	until(t, ctx, `document.querySelector("#sign-in-problem")?.textContent.includes("was not accepted") === true`)
	for _, says := range complained.take() {
		t.Error(says)
	}
}

// TestPasskeyIsOffered: a browser that can offers the passkey where the address is
// typed, and who takes it is led on as by the button. A server that offers no more
// for now leaves the page as it is in a browser that cannot.
func TestPasskeyIsOffered(t *testing.T) {
	c := newCompany(t, shopFile())
	c.join("ben@example.org", ledger.Decider)
	ctx := browser(t)
	device(t, ctx)
	complained := listen(t, ctx)
	do(t, ctx, chromedp.Navigate(c.named()+"/sign-in?to=/account"))
	fill(t, ctx, "#sign-in-email", "ben@example.org")
	fill(t, ctx, "#sign-in-password", password)
	click(t, ctx, "#sign-in button", "/account")
	do(t, ctx, chromedp.Click(chromedp.CSS("section[aria-labelledby=passkeys] summary")))
	fill(t, ctx, "#passkey-name", "Laptop")
	fill(t, ctx, "#passkey-password", password)
	click(t, ctx, "#passkey button", "/account?done=passkey")
	do(t, ctx, forgotten(), chromedp.Navigate(c.named()+"/t/leak"))
	at(t, ctx, "/t/leak")
	if who := eval[string](t, ctx, `document.querySelector(".who-name").textContent`); who != "ben@example.org" {
		t.Errorf("signed in as %q", who)
	}

	for range 40 { // more than are offered at once
		c.guest().under(passkeyOfferPath, nil)
	}
	do(t, ctx, forgotten(), chromedp.Navigate(c.named()+signInPath))
	until(t, ctx, `performance.getEntriesByName(location.origin + "`+passkeyOfferPath+`")[0]?.responseStatus === 204`)
	do(t, ctx, scheme("light"), chromedp.EmulateViewport(1440, 900))
	look(t, ctx, complained, "sign-in-passkey-light-1440")
	click(t, ctx, "#by-passkey button", "/")
	for _, says := range complained.take() {
		t.Error(says)
	}
}

// TestPasskeyPagesCanBeUsed opens the pages about passkeys at both widths and in both
// schemes, and without scripts.
func TestPasskeyPagesCanBeUsed(t *testing.T) {
	c := newCompany(t, shopFile())
	c.join("ben@example.org", ledger.Reader)
	ctx := browser(t)
	id := device(t, ctx)
	do(t, ctx, chromedp.Navigate(c.named()+"/sign-in?to=/account"))
	fill(t, ctx, "#sign-in-email", "ben@example.org")
	fill(t, ctx, "#sign-in-password", password)
	click(t, ctx, "#sign-in button", "/account")
	begin := func(name string) {
		t.Helper()
		do(t, ctx, chromedp.Navigate(c.named()+"/account"))
		do(t, ctx, chromedp.Click(chromedp.CSS("section[aria-labelledby=passkeys] summary")))
		fill(t, ctx, "#passkey-name", name)
		fill(t, ctx, "#passkey-password", password)
		do(t, ctx, chromedp.Click(chromedp.CSS("#passkey button")))
	}
	begin("The old laptop in the office that everybody takes turns with when theirs is away")
	at(t, ctx, "/account?done=passkey")
	complained := listen(t, ctx)
	for _, colours := range []string{"light", "dark"} {
		for width, name := range map[int64]string{360: "360", 1440: "1440"} {
			do(t, ctx, scheme(colours), chromedp.EmulateViewport(width, 900), chromedp.Navigate(c.named()+"/account"))
			do(t, ctx, chromedp.Click(chromedp.CSS("section[aria-labelledby=passkeys] summary")))
			look(t, ctx, complained, "account-passkeys-"+colours+"-"+name)
			verifies(t, ctx, id, false)
			begin("Phone")
			until(t, ctx, `document.querySelector("#ask-passkey [data-says]:not([hidden])") !== null`)
			look(t, ctx, complained, "account-passkey-"+colours+"-"+name)
			verifies(t, ctx, id, true)
		}
	}
	do(t, ctx, scripts(false))
	begin("Phone")
	until(t, ctx, `document.querySelector("#ask-passkey") !== null`)
	if says := eval[string](t, ctx, `document.querySelector("#ask-passkey noscript").innerText`); !strings.Contains(says, "Passkeys need scripts") {
		t.Errorf("without scripts the page says %q", says)
	}
	click(t, ctx, "#ask-passkey button", "/account/passkeys/made")
	if says := eval[string](t, ctx, `document.querySelector("#passkey-problem").textContent`); !strings.Contains(says, "made no passkey") {
		t.Errorf("without an answer: %q", says)
	}
}
