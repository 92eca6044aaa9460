package invite

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

const mia = "mia@example.org"

// desk is a ledger with its accounts, at its machine.
type desk struct {
	*testing.T
	accounts *auth.Service
	roles    *negotiate.Service
	here     negotiate.Actor
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, here: negotiate.Local("priya@example.org", negotiate.ViaCLI)}
	d.roles = &negotiate.Service{Ledger: filepath.Join(t.TempDir(), "l.db"), Throwaway: true}
	t.Cleanup(func() { _ = d.roles.Close() })
	d.apply("{id: shop, name: Shop, currency: GBP}")
	var err error
	d.accounts, err = auth.Open(t.Context(), d.roles.Ledger, auth.Options{Throwaway: true, Cost: auth.Cost{KiB: 8, Passes: 1}})
	d.must(err)
	t.Cleanup(func() { _ = d.accounts.Close() })
	return d
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// apply applies a file with a product and nothing else.
func (d *desk) apply(product string) {
	d.Helper()
	_, err := d.roles.Apply(d.Context(), d.here, negotiate.ApplyRequest{Source: negotiate.Source{Name: "parley.yaml", Data: []byte("parley: v1\nproduct: " + product + "\n")}})
	d.must(err)
}

func (d *desk) invite(role ledger.MemberRole, product string) {
	d.Helper()
	_, err := Send(d.Context(), d.accounts, d.roles, d.here, Wanted{Invitation: auth.Invitation{Email: " Mia@Example.org"}, Role: role, Product: product})
	d.must(err)
}

func (d *desk) set(role ledger.MemberRole, product string, remove bool) {
	d.Helper()
	_, err := d.roles.SetMember(d.Context(), d.here, negotiate.MemberRequest{Person: mia, Role: role, Product: product, Remove: remove})
	d.must(err)
}

// withdraw ends the one invitation there is.
func (d *desk) withdraw() error {
	d.Helper()
	list, err := d.accounts.Invitations(d.Context())
	d.must(err)
	if len(list) != 1 {
		d.Fatalf("invitations: %+v", list)
	}
	return Withdraw(d.Context(), d.accounts, d.roles, d.here, list[0].ID)
}

// holds fails where the roles of who was invited are others than those wanted, such
// as "decider shop".
func (d *desk) holds(want ...string) {
	d.Helper()
	list, err := d.roles.Members(d.Context(), d.here)
	d.must(err)
	var got []string
	for _, m := range list.Members {
		if m.Person == mia {
			got = append(got, strings.TrimSpace(string(m.Role)+" "+m.Product))
		}
	}
	if !slices.Equal(got, want) {
		d.Errorf("holds %q, want %q", got, want)
	}
}

// TestWithdraw: what was given with an invitation, or with those it replaced, is taken
// back with it; what was held before stays.
func TestWithdraw(t *testing.T) {
	d := newDesk(t)
	d.set(ledger.Reader, "shop", false)
	d.invite(ledger.Decider, "shop")
	d.invite(ledger.Reader, "shop")
	d.invite(ledger.Manager, "")
	d.invite("", "")
	d.holds("reader shop", "decider shop", "manager")
	d.must(d.withdraw())
	d.holds("reader shop")
}

// TestWithdrawGrantedAnew: a role that was taken away, and given again apart from the
// invitation, is not the invitation's.
func TestWithdrawGrantedAnew(t *testing.T) {
	d := newDesk(t)
	d.invite(ledger.Decider, "shop")
	d.set(ledger.Decider, "shop", true)
	d.set(ledger.Decider, "shop", false)
	d.must(d.withdraw())
	d.holds("decider shop")
}

// TestWithdrawRenamed: a role is taken back whatever the product was called when it
// was given, and is called now.
func TestWithdrawRenamed(t *testing.T) {
	d := newDesk(t)
	d.invite(ledger.Decider, "shop")
	d.apply("{id: store, was: shop, name: Shop, currency: GBP}")
	d.invite(ledger.Reader, "shop") // its former id
	d.invite(ledger.Reader, "shop")
	d.holds("decider store", "reader store")
	d.must(d.withdraw())
	d.holds()
}

// TestWithdrawRefusedInPart: that one role cannot be taken back keeps no other.
func TestWithdrawRefusedInPart(t *testing.T) {
	d := newDesk(t)
	d.invite(ledger.Decider, "shop")
	d.invite(ledger.Administrator, "")
	err := d.withdraw()
	if parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), "last administrator") {
		t.Errorf("the last administrator: %v", err)
	}
	d.holds("administrator")
}
