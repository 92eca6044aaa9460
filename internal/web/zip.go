package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"sync"
)

// zipFrom is how many bytes a page has at least that is worth packing.
const zipFrom = 1 << 10

// zipping is an answer to somebody who takes it packed. Pages of accounts are never
// sent so: how long a packed page is tells something of what is in it, and they may
// show a secret.
type zipping struct{ http.ResponseWriter }

// Unwrap is the real connection.
func (z zipping) Unwrap() http.ResponseWriter { return z.ResponseWriter }

// packed is where an answer to a route goes: one to be packed where the route only
// reads the negotiation, and the reader takes that.
func packed(rt route, w http.ResponseWriter, r *http.Request) http.ResponseWriter {
	if rt.method != http.MethodGet || !rt.tries() || rt.live {
		return w
	}
	w.Header().Add("Vary", "Accept-Encoding")
	if !acceptsGzip(r.Header.Get("Accept-Encoding")) {
		return w
	}
	return zipping{w}
}

var zips = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// zip is a page packed; nil where that does not pay.
func zip(body []byte) []byte {
	if len(body) < zipFrom {
		return nil
	}
	var b bytes.Buffer
	z := zips.Get().(*gzip.Writer)
	defer zips.Put(z)
	z.Reset(&b)
	if _, err := z.Write(body); err != nil {
		return nil
	}
	if err := z.Close(); err != nil || b.Len() >= len(body) {
		return nil
	}
	return b.Bytes()
}
