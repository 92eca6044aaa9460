package evidence

import (
	"encoding/base64"
	"strconv"
	"strings"
)

const (
	mostEnvelopes  = 1000
	mostSignatures = 100
)

// isDSSE tells a DSSE envelope (secure-systems-lab/dsse, protocol 1.0) and a
// Sigstore bundle that holds one.
func isDSSE(sh *shape) bool {
	return sh.has("payloadType", '"') && sh.has("payload", '"') && sh.has("signatures", '[') ||
		sh.begins("mediaType", "application/vnd.dev.sigstore.bundle") && sh.has("dsseEnvelope", '{')
}

// readDSSE reads one envelope, or several in a row. What is signed is parsed
// only when a signature is by a key that was given.
func readDSSE(src *source) *Error {
	s := src.json()
	for n := 0; s.more(); n++ {
		if n == mostEnvelopes {
			s.fail("holds more than " + strconv.Itoa(mostEnvelopes) + " envelopes")
			break
		}
		e, start := envelope{s: s}, s.pos
		s.object(func(key []byte) {
			if string(key) == "dsseEnvelope" {
				s.object(e.key)
				return
			}
			e.key(key)
		})
		if s.err != nil {
			break
		}
		if says := e.read(src); says != "" {
			s.failAt(start, says)
		}
	}
	return s.err
}

type envelope struct {
	s          *scan
	kind       string
	payload    []byte
	signatures [][]byte
	bad        string // what cannot be decoded
}

func (e *envelope) key(key []byte) {
	s := e.s
	switch string(key) {
	case "payloadType":
		e.kind = s.text()
	case "payload":
		e.payload = e.base64("payload")
	case "signatures":
		s.array(func() {
			s.object(func(key []byte) {
				if string(key) == "sig" {
					e.signatures = append(e.signatures, e.base64("signature"))
				}
			})
		})
	}
}

// base64 decodes a text; the protocol allows both alphabets.
func (e *envelope) base64(what string) []byte {
	text := strings.TrimRight(string(e.s.bytes()), "=")
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.RawURLEncoding
	}
	b, err := encoding.DecodeString(text)
	if err != nil && e.bad == "" {
		e.bad = "the " + what + " of the envelope is not base64"
	}
	return b
}

// read verifies the envelope and reads what it holds. It answers what makes
// the file unreadable.
func (e *envelope) read(src *source) string {
	switch {
	case e.bad != "":
		return e.bad
	case len(e.payload) == 0:
		return "the envelope holds nothing"
	case len(e.signatures) > mostSignatures:
		return "the envelope has more than " + strconv.Itoa(mostSignatures) + " signatures"
	}
	run := src.run(Statements)
	switch {
	case len(e.signatures) == 0:
		run.doubt("signature not checked: there is none")
		return ""
	case len(src.opt.Keys) == 0:
		run.doubt("signature not checked: no key was given")
		return ""
	}
	id, ok := e.signedBy(src.opt.Keys)
	if !ok {
		run.doubt("no signature is by a key that was given")
		return ""
	}
	run.note("signed by the key " + id)
	return e.open(src, run)
}

func (e *envelope) open(src *source, run *Run) string {
	if !looksJSON(e.payload) {
		return "what is signed is no JSON object"
	}
	var err *Error
	switch e.kind {
	case "application/vnd.in-toto+json":
		src.report.Format = "in-toto"
		err = readInToto(e.payload, run)
	case StatementType:
		src.report.Format = "statement"
		err = readStatement(e.payload, run)
	default:
		run.doubt("what is signed is of type " + quote(e.kind) + ", which is no result of a check")
	}
	if err != nil {
		return "in what is signed, line " + strconv.Itoa(max(err.Line, 1)) + ": " + err.Says
	}
	return ""
}

// signedBy is the id of the key that made one of the signatures.
func (e *envelope) signedBy(keys []Key) (string, bool) {
	message := preAuthentication(e.kind, e.payload)
	for _, k := range keys {
		for _, sig := range e.signatures {
			if k.verifies(message, sig) {
				return k.ID, true
			}
		}
	}
	return "", false
}

// preAuthentication is the encoding that is signed: PAE of DSSE 1.0.
func preAuthentication(kind string, payload []byte) []byte {
	b := make([]byte, 0, len(kind)+len(payload)+64)
	b = append(b, "DSSEv1 "...)
	b = strconv.AppendInt(b, int64(len(kind)), 10)
	b = append(b, ' ')
	b = append(b, kind...)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(len(payload)), 10)
	b = append(b, ' ')
	return append(b, payload...)
}
