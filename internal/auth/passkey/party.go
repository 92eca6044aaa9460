package passkey

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Why there can be no passkeys for an address.
var (
	ErrNoAddress = errors.New("it is not said under which address people open it")
	ErrNoName    = errors.New("people open it under an IP address, and passkeys belong to a name")
	ErrNoTLS     = errors.New("people open it without https, and browsers keep passkeys for https")
)

// display is what devices say whom a key is for.
const display = "Parley"

// Party is whom keys are made for: one origin.
type Party struct {
	origin string
	w      *webauthn.WebAuthn
}

// New is the party of an origin: scheme, host and port as a browser writes them.
// Keys belong to the host: they are good for no other name, and for the same name
// under another port or scheme only the origin itself is believed.
func New(origin string) (*Party, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" {
		return nil, ErrNoAddress
	}
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err == nil {
		return nil, ErrNoName
	}
	if u.Scheme != "https" && host != "localhost" && !strings.HasSuffix(host, ".localhost") {
		return nil, ErrNoTLS
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: display, RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: protocol.ResidentKeyRequired(), ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
		// Nothing of what extensions say is used, and some keepers of passwords say
		// things unasked.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, err
	}
	return &Party{origin, w}, nil
}

// Origin is the address that keys are good for.
func (p *Party) Origin() string { return p.origin }

// algorithms are those a key may sign by: of the registry of COSE those that all
// devices have one of.
func algorithms() []protocol.CredentialParameter {
	var out []protocol.CredentialParameter
	for _, alg := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgES256, webauthncose.AlgEdDSA, webauthncose.AlgRS256} {
		out = append(out, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: alg})
	}
	return out
}
