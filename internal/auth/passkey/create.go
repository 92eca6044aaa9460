package passkey

import (
	"encoding/base64"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Owner is the account that a key is made for.
type Owner struct {
	Handle []byte // what devices call the account: random bytes, at most 64
	Email  string // shown by the device
	Name   string // shown by the device
	Keys   []Key  // it has already: their devices make no second one
}

// Key is what is kept of a key.
type Key struct {
	ID         []byte // what its device calls it
	Public     []byte // as COSE writes it
	Transports []string
	Counter    uint32 // of its signatures; 0 where the device does not count
	Synced     bool   // the device may share it with others
}

// party is an owner as the library knows one.
type party struct{ o Owner }

func (p party) WebAuthnID() []byte          { return p.o.Handle }
func (p party) WebAuthnName() string        { return p.o.Email }
func (p party) WebAuthnDisplayName() string { return p.o.Name }

func (p party) WebAuthnCredentials() []webauthn.Credential {
	var out []webauthn.Credential
	for _, k := range p.o.Keys {
		c := webauthn.Credential{ID: k.ID, PublicKey: k.Public}
		for _, t := range k.Transports {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		c.Flags.BackupEligible, c.Authenticator.SignCount = k.Synced, k.Counter
		out = append(out, c)
	}
	return out
}

// Creation is what a browser is asked to make a key with: JSON of
// PublicKeyCredentialCreationOptions (section 5.4). The challenge is random, at
// least 16 bytes, and good once.
func (p *Party) Creation(challenge []byte, o Owner) (string, error) {
	made, _, err := p.w.BeginRegistration(party{o},
		webauthn.WithCredentialParameters(algorithms()),
		webauthn.WithExclusions(webauthn.Credentials(party{o}.WebAuthnCredentials()).CredentialDescriptors()),
		func(x *protocol.PublicKeyCredentialCreationOptions) error {
			x.Challenge = challenge
			return nil
		})
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(made.Response)
	return string(b), err
}

// Made is what a browser made, not yet looked at.
type Made struct {
	Challenge string // as text; whose it is, is for the caller to find

	parsed *protocol.ParsedCredentialCreationData
}

// ReadMade takes the JSON of a browser's answer apart (RegistrationResponseJSON).
func ReadMade(answer string) (*Made, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return nil, refusal(err)
	}
	return &Made{parsed.Response.CollectedClientData.Challenge, parsed}, nil
}

// Created is the key that a browser made: for this challenge, this origin and this
// owner, by somebody who was there and was looked at.
func (p *Party) Created(challenge []byte, o Owner, m *Made) (*Key, error) {
	c, err := p.w.CreateCredential(party{o}, webauthn.SessionData{
		Challenge: encoded(challenge), UserID: o.Handle, UserVerification: protocol.VerificationRequired, CredParams: algorithms(),
	}, m.parsed)
	if err != nil {
		return nil, refusal(err)
	}
	k := &Key{ID: c.ID, Public: c.PublicKey, Counter: c.Authenticator.SignCount, Synced: c.Flags.BackupEligible}
	for _, t := range c.Transport {
		if known[t] {
			k.Transports = append(k.Transports, string(t))
		}
	}
	return k, nil
}

// known are the transports of level 3; what else a browser says is left out.
var known = map[protocol.AuthenticatorTransport]bool{
	protocol.USB: true, protocol.NFC: true, protocol.BLE: true, protocol.SmartCard: true, protocol.Hybrid: true, protocol.Internal: true,
}

// encoded is a challenge as browsers give it back.
func encoded(challenge []byte) string { return base64.RawURLEncoding.EncodeToString(challenge) }
