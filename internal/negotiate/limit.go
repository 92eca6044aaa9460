package negotiate

import (
	"context"
	"slices"
	"time"
)

// Scope is what a token is good for at most, whatever its holder may do.
type Scope string

// The scopes of tokens, each wider than the one before.
const (
	ScopeRead     Scope = "read"     // what reads
	ScopeEvidence Scope = "evidence" // also evidence and incidents, as a pipeline brings them
	ScopeWrite    Scope = "write"    // whatever the holder's roles allow, but what is for people: deciding and the rules
)

// Scopes lists the scopes, narrowest first.
func Scopes() []Scope { return []Scope{ScopeRead, ScopeEvidence, ScopeWrite} }

// TokenEndsSoon is how long before a token ends its holder is told.
const TokenEndsSoon = 7 * 24 * time.Hour

// TokenLimit is what a token narrows its holder's roles to.
type TokenLimit struct {
	Scope    Scope
	Products []string  // ids; none: every product its holder may see
	Ends     time.Time // when it is good for nothing any more; zero where nobody says
}

type limitKey struct{}

// Limit is a context in which a token's limits hold. An actor known by a token
// may do nothing without them.
func Limit(ctx context.Context, l TokenLimit) context.Context {
	return context.WithValue(ctx, limitKey{}, l)
}

// LimitOf are the limits that hold in a context, false where there are none.
func LimitOf(ctx context.Context) (TokenLimit, bool) {
	l, ok := ctx.Value(limitKey{}).(TokenLimit)
	return l, ok
}

// covers reports whether a scope is good for what needs another.
func (s Scope) covers(least Scope) bool {
	have, need := slices.Index(Scopes(), s), slices.Index(Scopes(), least)
	return have >= 0 && need >= 0 && have >= need
}
