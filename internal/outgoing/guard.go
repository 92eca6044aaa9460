package outgoing

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// Guard says which addresses may be dialled: those of the public internet, and
// the networks that were named.
type Guard struct {
	Allow []netip.Prefix // networks of one's own that may be reached
	Own   bool           // nothing but these may be reached
}

// Anywhere lets every address through: for what whoever runs the server names, and
// nobody else can.
func Anywhere() Guard { return Guard{Allow: prefixes("0.0.0.0/0", "::/0")} }

// notPublic are the IPv4 networks that are nobody's on the public internet, from
// IANA's registry of special-purpose addresses (RFC 6890 and its updates), and
// those for groups (RFC 5771) and for the future (RFC 1112).
var notPublic = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)

// Of IPv6 only global unicast addresses are public (RFC 4291), without what IANA
// took from them: protocols, Teredo among them (2001::/23), examples
// (2001:db8::/32, 3fff::/20), and 6to4 (2002::/16), which leads to an IPv4
// address of whoever made it.
var (
	globalUnicast   = netip.MustParsePrefix("2000::/3")
	notGlobal       = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
	translated      = netip.MustParsePrefix("64:ff9b::/96") // NAT64, RFC 6052: the last 32 bits are an IPv4 address
	translatedStart = 12
)

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		out[i] = netip.MustParsePrefix(t)
	}
	return out
}

func within(list []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
}

// public reports whether an address is somebody's on the public internet.
func public(a netip.Addr) bool {
	a = a.Unmap()
	if a.Is4() {
		return !within(notPublic, a)
	}
	if translated.Contains(a) {
		b := a.As16()
		return public(netip.AddrFrom4([4]byte(b[translatedStart:])))
	}
	return globalUnicast.Contains(a) && !within(notGlobal, a)
}

// BlockedError says that an address may not be dialled. Its text names no
// address: who asked for a name must not learn what it resolves to in here.
type BlockedError struct {
	Addr netip.Addr // for whoever runs the server
}

// Error is the text for people.
func (e *BlockedError) Error() string {
	return "the address is not on the public internet, and not among the networks that are allowed"
}

// Check is a *[BlockedError] for an address that may not be dialled.
func (g Guard) Check(a netip.Addr) error {
	if a = a.Unmap(); a.Zone() == "" && (!g.Own && public(a) || within(g.Allow, a)) {
		return nil
	}
	return &BlockedError{Addr: a}
}

// control looks at the very address a socket is about to connect to: between
// this and the connection nothing is resolved any more.
func (g Guard) control(_ context.Context, network, address string, _ syscall.RawConn) error {
	if network != "tcp4" && network != "tcp6" {
		return fmt.Errorf("no connections by %s", network)
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dial: %w", err)
	}
	return g.Check(to.Addr())
}

// Dialer dials where the guard allows. resolver is nil for the machine's.
func (g Guard) Dialer(timeout time.Duration, resolver *net.Resolver) *net.Dialer {
	return &net.Dialer{Timeout: timeout, Resolver: resolver, ControlContext: g.control}
}
