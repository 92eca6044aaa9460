package evidence

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
)

// signer signs in tests.
type signer struct {
	key  crypto.Signer
	raw  bool // r and s after each other instead of ASN.1
	bits int
}

func (s signer) pem(t *testing.T) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(s.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func (s signer) keys(t *testing.T) []Key {
	t.Helper()
	keys, err := ParseKeys(s.pem(t))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func (s signer) sign(t *testing.T, message []byte) []byte {
	t.Helper()
	if s.bits == 0 {
		sig, err := s.key.Sign(rand.Reader, message, crypto.Hash(0))
		if err != nil {
			t.Fatal(err)
		}
		return sig
	}
	sig, err := s.key.Sign(rand.Reader, hashFor(s.bits, message), crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if !s.raw {
		return sig
	}
	var rs struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(sig, &rs); err != nil {
		t.Fatal(err)
	}
	size := (s.bits + 7) / 8
	out := make([]byte, 2*size)
	rs.R.FillBytes(out[:size])
	rs.S.FillBytes(out[size:])
	return out
}

// envelope wraps a payload as DSSE. The message is written as the protocol
// says it, not by the code under test.
func (s signer) envelope(t *testing.T, kind, payload string) string {
	t.Helper()
	message := fmt.Sprintf("DSSEv1 %d %s %d %s", len(kind), kind, len(payload), payload)
	b, err := json.Marshal(map[string]any{
		"payloadType": kind, "payload": base64.StdEncoding.EncodeToString([]byte(payload)),
		"signatures": []any{map[string]string{"keyid": "any", "sig": base64.StdEncoding.EncodeToString(s.sign(t, []byte(message)))}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func signers(t *testing.T) map[string]signer {
	t.Helper()
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]signer{"ed25519": {key: ed}}
	for _, c := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		k, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		p := c.Params()
		out[p.Name+" asn1"] = signer{key: k, bits: p.BitSize}
		out[p.Name+" raw"] = signer{key: k, bits: p.BitSize, raw: true}
	}
	return out
}

const statement = `{"schema":"parley.statement/1","by":"jo@example.org","kind":"review","says":"read all of it","outcome":"pass","time":"2027-01-31T12:00:00Z","commit":"abcdef0"}`

// TestF5Signatures: every kind of key, and every way to fall short of one.
func TestF5Signatures(t *testing.T) {
	all := signers(t)
	other := all["P-256 asn1"]
	for name, s := range all {
		t.Run(name, func(t *testing.T) {
			env := s.envelope(t, StatementType, statement)
			f := sure(t, env, Options{Keys: s.keys(t)}).Summary()
			if f.Verdict != Pass || f.Format != "statement" || f.Tool != "review by jo@example.org" || text(f.Commit) != "abcdef0" || text(f.Time) != "2027-01-31T12:00:00Z" {
				t.Errorf("signed: %+v", f)
			}
			if f := sure(t, env, Options{}).Summary(); f.Verdict != Inconclusive || f.Tool != "" || f.Time != nil {
				t.Errorf("no key: %+v", f)
			}
			if s.key != other.key {
				if f := sure(t, env, Options{Keys: other.keys(t)}).Summary(); f.Verdict != Inconclusive || f.Tool != "" {
					t.Errorf("another key: %+v", f)
				}
				both := append(other.keys(t), s.keys(t)...)
				if f := sure(t, env, Options{Keys: both}).Summary(); f.Verdict != Pass {
					t.Errorf("two keys: %+v", f)
				}
			}
			for what, changed := range map[string]string{
				"payload":   strings.Replace(env, base64.StdEncoding.EncodeToString([]byte(statement)), base64.StdEncoding.EncodeToString([]byte(statement+" ")), 1),
				"type":      strings.Replace(env, StatementType, "application/vnd.in-toto+json", 1),
				"signature": strings.Replace(env, `"sig":"`, `"sig":"AAAA`, 1),
			} {
				if changed == env {
					t.Fatalf("%s was not changed", what)
				}
				if f := sure(t, changed, Options{Keys: s.keys(t)}).Summary(); f.Verdict != Inconclusive || f.Time != nil {
					t.Errorf("changed %s: %+v", what, f)
				}
			}
		})
	}
}

// TestStatements: what a signed statement must say.
func TestStatements(t *testing.T) {
	s := signers(t)["ed25519"]
	opt := Options{Keys: s.keys(t)}
	for old, c := range map[string]struct{ by, want string }{
		`"by":"jo@example.org"`:           {`"by":" "`, "by whom"},
		`"outcome":"pass"`:                {`"outcome":"skipped"`, "no outcome"},
		`"outcome":"pass",`:               {``, "no outcome"},
		`"time":"2027-01-31T12:00:00Z",`:  {``, "no time"},
		`"says"`:                          {`"said"`, "does not exist"},
		`"schema":"parley.statement/1",`:  {``, "does not say"},
		`{"schema":"parley.statement/1",`: {`{"schema":"parley.statement/9",`, "this program reads"},
	} {
		changed := strings.Replace(statement, old, c.by, 1)
		_, err := Read(Input{"f", []byte(s.envelope(t, StatementType, changed))}, opt)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", changed, err, c.want)
		}
	}
	fails := strings.Replace(statement, `"outcome":"pass"`, `"outcome":"pass","results":[{"test":"login","outcome":"fail","level":"high"}]`, 1)
	if f := sure(t, s.envelope(t, StatementType, fails), opt).Summary(); f.Verdict != Fail || f.Fail != 1 || f.Pass != 1 {
		t.Errorf("a finding beside a pass: %+v", f)
	}
	open := strings.Replace(statement, `"pass"`, `"inconclusive"`, 1)
	if f := sure(t, s.envelope(t, StatementType, open), opt).Summary(); f.Verdict != Inconclusive {
		t.Errorf("inconclusive: %+v", f)
	}
}

// TestInToto: the predicates that are results, and others.
func TestInToto(t *testing.T) {
	s := signers(t)["P-256 raw"]
	const kind = "application/vnd.in-toto+json"
	of := func(predicateType, predicate string) string {
		return s.envelope(t, kind, `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"gitCommit":"0123456789abcdef"}}],"predicateType":"`+predicateType+`","predicate":`+predicate+`}`)
	}
	test, vsa := testResult+"v0.1", summary+"v1"
	for _, c := range []struct {
		data string
		want sums
	}{
		{of(test, `{"result":"PASSED"}`), sums{"in-toto", "in-toto test result", 1, 0, 0, Pass}},
		{of(test, `{"result":"PASSED","passedTests":["a","b"]}`), sums{"in-toto", "in-toto test result", 2, 0, 0, Pass}},
		{of(test, `{"result":"PASSED","passedTests":["a"],"failedTests":["b"]}`), sums{"in-toto", "in-toto test result", 1, 1, 0, Fail}},
		{of(test, `{"result":"FAILED","passedTests":["a"]}`), sums{"in-toto", "in-toto test result", 1, 0, 0, Fail}},
		{of(test, `{"result":"FAILED"}`), sums{"in-toto", "in-toto test result", 0, 1, 0, Fail}},
		{of(test, `{"result":"WARNED","passedTests":["a"],"warnedTests":["b"]}`), sums{"in-toto", "in-toto test result", 1, 0, 1, Inconclusive}},
		{of(test, `{"passedTests":["a"]}`), sums{"in-toto", "in-toto test result", 1, 0, 0, Inconclusive}},
		{of(vsa, `{"verifier":{"id":"v"},"verificationResult":"PASSED"}`), sums{"in-toto", "v", 1, 0, 0, Pass}},
		{of(vsa, `{"verifier":{"id":"v"},"verification_result":"FAILED"}`), sums{"in-toto", "v", 0, 1, 0, Fail}},
		{of("https://slsa.dev/provenance/v1", `{}`), sums{"in-toto", "", 0, 0, 0, Inconclusive}},
		{s.envelope(t, "text/plain", `{}`), sums{"dsse", "", 0, 0, 0, Inconclusive}},
		{s.envelope(t, kind, `{"_type":"x"}`), sums{"in-toto", "", 0, 0, 0, Inconclusive}},
		{of(test, `{"result":"PASSED"}`) + "\n" + of(test, `{"result":"FAILED"}`), sums{"in-toto", "in-toto test result", 1, 1, 0, Fail}},
	} {
		r := sure(t, c.data, Options{Keys: s.keys(t)})
		if got := summed(r); got != c.want {
			t.Errorf("got %+v, want %+v; %q", got, c.want, r.Summary().Notes)
		}
		if strings.Contains(c.data, "Z2l0Q29tbWl0") && text(r.Summary().Commit) != "0123456789abcdef" {
			t.Errorf("commit %q", text(r.Summary().Commit))
		}
	}
	for _, payload := range []string{"[]", "{", `{"predicate":3}`} {
		if _, err := Read(Input{"f", []byte(s.envelope(t, kind, payload))}, Options{Keys: s.keys(t)}); err == nil {
			t.Errorf("%s was read", payload)
		}
	}
}

func TestParseKeys(t *testing.T) {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ed := signers(t)["ed25519"]
	private, err := x509.MarshalPKCS8PrivateKey(ed.key)
	if err != nil {
		t.Fatal(err)
	}
	for want, data := range map[string][]byte{
		"no public key in PEM":     []byte("hello"),
		"must be Ed25519 or ECDSA": signer{key: k}.pem(t),
		"is no public key":         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
		"read a public key: asn1":  pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte("x")}),
		"read a public key: x509":  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}),
	} {
		if _, err := ParseKeys(data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	two, err := ParseKeys(append(ed.pem(t), signers(t)["P-384 raw"].pem(t)...))
	if err != nil || len(two) != 2 || len(two[0].ID) != 64 || two[0].ID == two[1].ID {
		t.Errorf("%v, %v", two, err)
	}
}

// TestRealSignatures: a raw signature made by one system, an ASN.1 one made by
// another, whose key stands in the certificate beside it.
func TestRealSignatures(t *testing.T) {
	dir := testenv.Shared(t, folder+"/intoto")
	data, err := os.ReadFile(filepath.Join(dir, "vsa-gke.pub.pem"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := ParseKeys(data)
	if err != nil {
		t.Fatal(err)
	}
	r, err := sample(t, "intoto/vsa-gke.jsonl", Options{Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	f := r.Summary()
	if f.Verdict != Pass || f.Format != "in-toto" || text(f.Time) != "2024-06-12T07:24:34.351608Z" || f.Tool != "https://bcid.corp.google.com/verifier/bcid_package_enforcer/v0.1" {
		t.Errorf("%+v", f)
	}
	r, err = sample(t, "intoto/sigstore-bundle-v0.3-gha-go-2.1.0.jsonl", Options{Keys: append(keys, bundleKey(t, dir)...)})
	if err != nil {
		t.Fatal(err)
	}
	f = r.Summary()
	if f.Verdict != Inconclusive || text(f.Commit) != "4d329c75e7ec1725f7c9ce917a8799d408d06be3" || !strings.Contains(strings.Join(f.Notes, " "), "which is no result of a check") {
		t.Errorf("%+v", f)
	}
}

// bundleKey is the key in the certificate of the bundle.
func bundleKey(t *testing.T, dir string) []Key {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "sigstore-bundle-v0.3-gha-go-2.1.0.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var bundle struct {
		VerificationMaterial struct{ Certificate struct{ RawBytes []byte } }
	}
	if err := json.Unmarshal(data, &bundle); err != nil {
		t.Fatal(err)
	}
	keys, err := ParseKeys(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: bundle.VerificationMaterial.Certificate.RawBytes}))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}
