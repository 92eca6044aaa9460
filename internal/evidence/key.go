package evidence

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
)

// Key is a public key of somebody the organisation trusts.
type Key struct {
	ID     string // SHA-256 of the key in DER (SubjectPublicKeyInfo), in hexadecimal
	public crypto.PublicKey
}

// ParseKeys reads public keys in PEM: Ed25519, or ECDSA on P-256, P-384 or
// P-521; as PUBLIC KEY, or in a CERTIFICATE, of which nothing but the key counts.
func ParseKeys(data []byte) ([]Key, error) {
	var out []Key
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			break
		}
		data = rest
		k, err := parseKey(block)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	if len(out) == 0 {
		return nil, errors.New("there is no public key in PEM: want a block that begins with -----BEGIN PUBLIC KEY-----")
	}
	return out, nil
}

func parseKey(block *pem.Block) (Key, error) {
	var public any
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		public, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "CERTIFICATE":
		var cert *x509.Certificate
		if cert, err = x509.ParseCertificate(block.Bytes); err == nil {
			public = cert.PublicKey
		}
	default:
		return Key{}, fmt.Errorf("a PEM block of type %s is no public key: give the public key alone", quote(block.Type))
	}
	if err != nil {
		return Key{}, fmt.Errorf("read a public key: %w", err)
	}
	switch public.(type) {
	case ed25519.PublicKey, *ecdsa.PublicKey:
	default:
		return Key{}, errors.New("a public key must be Ed25519 or ECDSA")
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return Key{}, fmt.Errorf("read a public key: %w", err)
	}
	sum := sha256.Sum256(der)
	return Key{ID: hex.EncodeToString(sum[:]), public: public}, nil
}

// verifies reports whether a signature of the message is by this key. An ECDSA
// signature may be ASN.1 or the two numbers after each other (IEEE P1363).
func (k Key) verifies(message, signature []byte) bool {
	switch p := k.public.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(p, message, signature)
	case *ecdsa.PublicKey:
		size := (p.Curve.Params().BitSize + 7) / 8
		hash := hashFor(p.Curve.Params().BitSize, message)
		if ecdsa.VerifyASN1(p, hash, signature) {
			return true
		}
		der, ok := asn1Of(signature, size)
		return ok && ecdsa.VerifyASN1(p, hash, der)
	default:
		return false
	}
}

// hashFor is the hash that goes with the size of a curve.
func hashFor(bits int, message []byte) []byte {
	switch {
	case bits > 384:
		h := sha512.Sum512(message)
		return h[:]
	case bits > 256:
		h := sha512.Sum384(message)
		return h[:]
	default:
		h := sha256.Sum256(message)
		return h[:]
	}
}

// asn1Of is the ASN.1 form of two numbers of size bytes after each other.
func asn1Of(signature []byte, size int) ([]byte, bool) {
	if len(signature) != 2*size {
		return nil, false
	}
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])})
	return der, err == nil
}
