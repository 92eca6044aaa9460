package ledger

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/parleysec/parley"
)

// chain is a deterministic source of randomness for keys.
type chain struct{ r *rand.Rand }

func (c chain) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c.r.Uint32())
	}
	return len(p), nil
}

// proven is a proof of the one decision of a small ledger, and its key.
func proven(t testing.TB) (*Proof, string) {
	t.Helper()
	signer, verifier, err := NewKey(chain{rand.New(rand.NewPCG(1, 2))}, "01KAQ0000000000000000000ZZ")
	if err != nil {
		t.Fatal(err)
	}
	b := &book{tb: t, state: NewState(), now: newBook(t).now}
	b.add(Founding(priya, "01KAQ0000000000000000000ZZ", verifier))
	b.apply(shop())
	d := b.decide(Terms{Threats: []string{"replay"}, Kind: parley.Accept, Because: "small", Until: "2027-01-01", Propose: true})
	b.add(Approving(d, Actor{ID: "tom", Known: ThisMachine, Via: ViaPage}, "helen@example.org", "fine", nil, nil)...)
	people := refs{}
	var h Hashes
	var leaves []string
	for _, e := range b.events {
		s, err := e.Seal(people.ref)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := s.Leaf()
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Append(e.Seq, leaf); err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, string(leaf))
	}
	return prove(t, b, h, leaves, people, signer, verifier), verifier
}

func prove(t testing.TB, b *book, h Hashes, leaves []string, people refs, signer, verifier string) *Proof {
	t.Helper()
	head, err := HeadOf(int64(len(leaves)), h)
	if err != nil {
		t.Fatal(err)
	}
	text, err := Sign(head, b.state.Ledger, signer)
	if err != nil {
		t.Fatal(err)
	}
	d := b.shop().Decisions[0]
	p := &Proof{Format: ProofFormat, Decision: d.Short, Key: verifier, Checkpoint: string(text), People: []ProvenPerson{}}
	ids := append([]string{b.events[0].ID}, d.Events()...)
	for _, e := range b.events {
		for _, id := range ids {
			if e.ID != id {
				continue
			}
			in, err := ProveInclusion(head.Size, e.Seq, h)
			if err != nil {
				t.Fatal(err)
			}
			pe := ProvenEvent{Leaf: leaves[e.Seq], Path: in.Proof}
			if e.Attached != nil {
				pe.Attached = &ProvenBytes{Salt: make([]byte, SaltSize), Bytes: []byte("the brief")}
			}
			p.Events = append(p.Events, pe)
		}
	}
	for _, name := range []string{priya.ID, "tom", "helen@example.org"} {
		ref, _ := people.ref(name)
		p.People = append(p.People, ProvenPerson{Ref: ref, Salt: []byte("salt"), Name: name})
	}
	return p
}

func TestProof(t *testing.T) {
	p, key := proven(t)
	text, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseProof(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"", key} {
		got, err := again.Check(k)
		if err != nil {
			t.Fatal(err)
		}
		if got.Decided.Because != "small" || string(got.Brief) != "the brief" || len(got.Events) != 4 || got.Events[3].By != "helen@example.org" {
			t.Errorf("%+v", got)
		}
	}
	again.People = nil // erased names, and no brief: still a proof
	again.Events[1].Attached = nil
	got, err := again.Check(key)
	if err != nil || got.Brief != nil || !IsErased(got.Events[3].By) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestProofRefused(t *testing.T) {
	for name, change := range map[string]func(p *Proof){
		"another reason":   func(p *Proof) { p.Events[1].Leaf = strings.Replace(p.Events[1].Leaf, "small", "large", 1) },
		"not canonical":    func(p *Proof) { p.Events[1].Leaf += " " },
		"another brief":    func(p *Proof) { p.Events[1].Attached.Bytes = []byte("a better one") },
		"bytes elsewhere":  func(p *Proof) { p.Events[2].Attached = p.Events[1].Attached },
		"another name":     func(p *Proof) { p.People[1].Name = "eve" },
		"a name too many":  func(p *Proof) { p.People = append(p.People, ProvenPerson{PersonRef(nil, "eve"), nil, "eve"}) },
		"another decision": func(p *Proof) { p.Decision = "SHOP-D2" },
		"no founding":      func(p *Proof) { p.Events = p.Events[1:] },
		"no decision":      func(p *Proof) { p.Events = p.Events[:1] },
		"nothing":          func(p *Proof) { p.Events = nil },
		"other order":      func(p *Proof) { p.Events[2], p.Events[3] = p.Events[3], p.Events[2] },
		"twice":            func(p *Proof) { p.Events = append(p.Events, p.Events[3]) },
		"other path":       func(p *Proof) { p.Events[1].Path[0] = tlog.Hash{} },
		"no path":          func(p *Proof) { p.Events[1].Path = nil },
		"other size":       func(p *Proof) { p.Checkpoint = strings.Replace(p.Checkpoint, "\n13\n", "\n14\n", 1) },
		"other key":        func(p *Proof) { p.Key = "parley-ledger/x+00000000+AAAA" },
	} {
		p, key := proven(t)
		was := jsonOf(t, p)
		change(p)
		if jsonOf(t, p) == was {
			t.Errorf("%s changes nothing", name)
		}
		for _, k := range []string{"", key} {
			if _, err := p.Check(k); err == nil {
				t.Errorf("%s: holds", name)
			}
		}
	}
	p, _ := proven(t)
	if _, err := p.Check("parley-ledger/x+00000000+AAAA"); err == nil {
		t.Error("holds for the key of another ledger")
	}
}

// TestProofAnyByte changes any byte of a proof: it does not hold any more, or
// says the same as before (as with a space between two fields).
func TestProofAnyByte(t *testing.T) {
	p, key := proven(t)
	text, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	want, err := p.Check(key)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		bad := append([]byte(nil), text...)
		bad[rapid.IntRange(0, len(bad)-1).Draw(t, "place")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		q, err := ParseProof(bad)
		if err != nil {
			return
		}
		got, err := q.Check(key)
		if err != nil {
			return
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		if string(a) != string(b) {
			t.Fatalf("holds and says\n%s", a)
		}
	})
}

func FuzzParseProof(f *testing.F) {
	p, _ := proven(f)
	text, err := p.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"format":"parley.proof/1","events":[{"leaf":""}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParseProof(text)
		if err != nil {
			return
		}
		if _, err := p.Check(""); err == nil && len(p.Events) < 2 {
			t.Error("a proof of nothing holds")
		}
	})
}
