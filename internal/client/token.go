package client

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/negotiate"
)

// Token is what a server said of the token that was sent.
type Token struct {
	Ends  time.Time
	Scope negotiate.Scope
}

// heard is the last that a server said of the token.
type heard struct {
	mu    sync.Mutex
	token *Token
}

// listen keeps what the headers of an answer say of the token. What is not understood
// is nothing: a server may be older, or something may stand in front of it.
func (h *heard) listen(header http.Header) {
	ends, err := time.Parse(time.RFC3339, header.Get(api.TokenEnds))
	scope := negotiate.Scope(header.Get(api.TokenScope))
	if err != nil || !slices.Contains(negotiate.Scopes(), scope) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.token = &Token{ends, scope}
}

// Token is what the server said of the token by now; false where it said nothing.
func (c *Client) Token() (Token, bool) {
	c.heard.mu.Lock()
	defer c.heard.mu.Unlock()
	if c.heard.token == nil {
		return Token{}, false
	}
	return *c.heard.token, true
}
