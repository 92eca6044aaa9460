package passkey

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Signed is what a browser answered, not yet looked at.
type Signed struct {
	Challenge  string // as text; whose it is, is for the caller to find
	Credential []byte // the key it names
	Handle     []byte // the account it names

	parsed *protocol.ParsedCredentialAssertionData
}

// RefusedError says why an answer is not taken, for a log: whoever sent it is told
// less.
type RefusedError struct {
	Why string // of the library; it repeats no secret
	Err error
}

// Error says why.
func (e *RefusedError) Error() string { return "passkey: " + e.Why }

// Unwrap is the error of the library.
func (e *RefusedError) Unwrap() error { return e.Err }

func refusal(err error) error {
	e := &RefusedError{Why: err.Error(), Err: err}
	if x, ok := errors.AsType[*protocol.Error](err); ok && x.DevInfo != "" {
		e.Why += fmt.Sprintf(" (%.200q)", x.DevInfo)
	}
	return e
}

// Request is what a browser is asked to sign with: JSON of
// PublicKeyCredentialRequestOptions (section 5.5). No key is named: the device
// finds its own.
func (p *Party) Request(challenge []byte) (string, error) {
	asked, _, err := p.w.BeginDiscoverableLogin(webauthn.WithChallenge(challenge))
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(asked.Response)
	return string(b), err
}

// Read takes the JSON of a browser's answer apart (AuthenticationResponseJSON).
func Read(answer string) (*Signed, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return nil, refusal(err)
	}
	return &Signed{Challenge: parsed.Response.CollectedClientData.Challenge, Credential: parsed.RawID, Handle: parsed.Response.UserHandle, parsed: parsed}, nil
}

// Verify looks whether an answer was signed by a key of an account, for this
// challenge and this origin, by somebody who was there and was looked at. counter
// is how often the key signed; copied says that it counted backwards, so that
// there are two of it (section 6.1.1). handle is what its device calls the account.
func (p *Party) Verify(challenge []byte, s *Signed, handle []byte, k Key) (counter uint32, copied bool, err error) {
	owner := party{Owner{Handle: handle, Keys: []Key{k}}}
	whose := func(_, _ []byte) (webauthn.User, error) { return owner, nil } // the library compares the handle
	_, c, err := p.w.ValidatePasskeyLogin(whose, webauthn.SessionData{Challenge: encoded(challenge), UserVerification: protocol.VerificationRequired}, s.parsed)
	if err != nil {
		return 0, false, refusal(err)
	}
	return c.Authenticator.SignCount, c.Authenticator.CloneWarning, nil
}
