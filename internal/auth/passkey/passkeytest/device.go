// Package passkeytest is a device with passkeys, and the browser before it, for
// tests: written from the standard (Web Authentication level 3), without the library
// that the program uses, and willing to misbehave.
package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Device holds keys. The zero value with an origin behaves well.
type Device struct {
	Origin string // of the page that the browser shows

	RP       string // of whom it signs for, where it lies about that
	Blind    bool   // it does not look at who holds it
	Absent   bool   // nobody touched it
	Counts   bool   // it counts its signatures
	Stranger bool   // it signs by another key than it showed
	Shared   bool   // its keys go to other devices, too

	keys []*key
}

type key struct {
	id, handle []byte
	rp         string
	private    *ecdsa.PrivateKey
	count      uint32
}

// Keys is how many keys the device has.
func (d *Device) Keys() int { return len(d.keys) }

// Copy is a second device with the keys as they are now.
func (d *Device) Copy() *Device {
	c := *d
	c.keys = nil
	for _, k := range d.keys {
		x := *k
		c.keys = append(c.keys, &x)
	}
	return &c
}

// creation and request are what a server asks with, as far as it is looked at.
type creation struct {
	RP struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"rp"`
	User struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"user"`
	Challenge string  `json:"challenge"`
	Params    []param `json:"pubKeyCredParams"`
	Exclude   []struct {
		ID string `json:"id"`
	} `json:"excludeCredentials"`
	Selection struct {
		ResidentKey      string `json:"residentKey"`
		UserVerification string `json:"userVerification"`
	} `json:"authenticatorSelection"`
	Attestation string `json:"attestation"`
}

// param is an algorithm that a key may sign by, by its number in the registry of COSE.
type param struct {
	Alg int `json:"alg"`
}

type request struct {
	RP               string `json:"rpId"`
	Challenge        string `json:"challenge"`
	UserVerification string `json:"userVerification"`
	Allow            []any  `json:"allowCredentials"`
}

var b64 = base64.RawURLEncoding

// Create makes a key for what a server asked with, and gives the answer of the
// browser: RegistrationResponseJSON (section 5.1.8).
func (d *Device) Create(options string) (string, error) {
	var o creation
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		return "", err
	}
	handle, err := b64.DecodeString(o.User.ID)
	if err != nil || len(handle) == 0 || len(handle) > 64 {
		return "", fmt.Errorf("the account is called %q (%v)", o.User.ID, err)
	}
	if o.Selection.ResidentKey != "required" || o.Selection.UserVerification != "required" || o.Attestation != "none" || o.RP.Name == "" {
		return "", fmt.Errorf("asked for %+v", o)
	}
	if !slices.Contains(o.Params, param{-7}) {
		return "", errors.New("not asked for ES256")
	}
	for _, x := range o.Exclude {
		for _, k := range d.keys {
			if b64.EncodeToString(k.id) == x.ID {
				return "", errors.New("InvalidStateError: there is a key already")
			}
		}
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	public, err := cose(private)
	if err != nil {
		return "", err
	}
	k := &key{id: make([]byte, 32), handle: handle, rp: o.RP.ID, private: private}
	_, _ = rand.Read(k.id) // never fails
	d.keys = append(d.keys, k)
	client := d.client("webauthn.create", o.Challenge)
	data := slices.Concat(d.data(k, 0x40), make([]byte, 16), binary.BigEndian.AppendUint16(nil, uint16(len(k.id))), k.id, public)
	object := slices.Concat([]byte{0xa3}, text("fmt"), text("none"), text("attStmt"), []byte{0xa0}, text("authData"), bytes(data))
	return answer(k, map[string]any{"clientDataJSON": b64.EncodeToString(client), "attestationObject": b64.EncodeToString(object), "transports": []string{"internal", "<b>"}})
}

// Sign signs what a server asked with by the last key made for it, and gives the
// answer of the browser: AuthenticationResponseJSON.
func (d *Device) Sign(options string) (string, error) {
	var o request
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		return "", err
	}
	if o.UserVerification != "required" || len(o.Allow) > 0 {
		return "", fmt.Errorf("asked with %+v", o)
	}
	for _, k := range slices.Backward(d.keys) {
		if k.rp == o.RP {
			return d.sign(k, o.Challenge)
		}
	}
	return "", fmt.Errorf("NotAllowedError: no key for %s", o.RP)
}

func (d *Device) sign(k *key, challenge string) (string, error) {
	if d.Counts {
		k.count++
	}
	client, data := d.client("webauthn.get", challenge), d.data(k, 0)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(slices.Clone(data), hash[:]...))
	by := k.private
	if d.Stranger {
		var err error
		if by, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return "", err
		}
	}
	signature, err := ecdsa.SignASN1(rand.Reader, by, digest[:])
	if err != nil {
		return "", err
	}
	return answer(k, map[string]any{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data),
		"signature": b64.EncodeToString(signature), "userHandle": b64.EncodeToString(k.handle),
	})
}

func answer(k *key, response map[string]any) (string, error) {
	id := b64.EncodeToString(k.id)
	b, err := json.Marshal(map[string]any{
		"id": id, "rawId": id, "type": "public-key", "response": response,
		"clientExtensionResults": map[string]any{"credProps": map[string]any{"rk": true}}, // said unasked
	})
	return string(b), err
}

// client is what the browser vouches for: section 5.8.1.
func (d *Device) client(kind, challenge string) []byte {
	b, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.Origin, "crossOrigin": false})
	return b
}

// data is what the device vouches for: section 6.1, without what a new key adds.
func (d *Device) data(k *key, flags byte) []byte {
	rp := k.rp
	if d.RP != "" {
		rp = d.RP
	}
	if !d.Absent {
		flags |= 0x01
	}
	if !d.Blind {
		flags |= 0x04
	}
	if d.Shared {
		flags |= 0x08 | 0x10
	}
	hash := sha256.Sum256([]byte(rp))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), k.count)
}

// cose is a public key as COSE writes it: RFC 9053 section 7.1.1, of P-256.
func cose(k *ecdsa.PrivateKey) ([]byte, error) {
	point, err := k.PublicKey.Bytes()
	if err != nil {
		return nil, err
	}
	if len(point) != 65 {
		return nil, fmt.Errorf("a key of P-256 has a point of %d bytes, not 65", len(point))
	}
	return slices.Concat([]byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21}, bytes(point[1:33]), []byte{0x22}, bytes(point[33:])), nil
}

// text and bytes are strings of CBOR: RFC 8949 section 3.1.
func text(s string) []byte { return append(head(0x60, len(s)), s...) }

func bytes(b []byte) []byte { return append(head(0x40, len(b)), b...) }

func head(kind byte, n int) []byte {
	switch {
	case n < 24:
		return []byte{kind | byte(n)}
	case n < 256:
		return []byte{kind | 24, byte(n)}
	default:
		return []byte{kind | 25, byte(n >> 8), byte(n)}
	}
}
