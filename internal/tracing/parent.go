package tracing

import (
	"encoding/hex"
	"strings"
)

// traceID and spanID name traces and spans; none is all zero.
type (
	traceID [16]byte
	spanID  [8]byte
)

// parent is where a span of another program ended up here.
type parent struct {
	trace   traceID
	span    spanID
	sampled bool
}

// parseParent reads the header traceparent (W3C Trace Context, section 3.2); false
// where there is none that can be believed.
func parseParent(header string) (p parent, ok bool) {
	parts := strings.Split(header, "-")
	if len(parts) < 4 || len(parts[0]) != 2 || len(parts[1]) != 32 || len(parts[2]) != 16 || len(parts[3]) != 2 {
		return p, false
	}
	version, ok1 := lowerHex(parts[0])
	trace, ok2 := lowerHex(parts[1])
	span, ok3 := lowerHex(parts[2])
	flags, ok4 := lowerHex(parts[3])
	// Later versions may say more at the end, version 0 may not; 255 is none.
	if !ok1 || !ok2 || !ok3 || !ok4 || version[0] == 0xff || version[0] == 0 && len(parts) != 4 {
		return p, false
	}
	p.trace, p.span, p.sampled = traceID(trace), spanID(span), flags[0]&1 != 0
	return p, p.trace != traceID{} && p.span != spanID{}
}

func lowerHex(s string) ([]byte, bool) {
	b, err := hex.DecodeString(s)
	return b, err == nil && strings.ToLower(s) == s
}
