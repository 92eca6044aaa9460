package ledger

import (
	"errors"
	"fmt"
)

// Known says how the identity of an actor was established.
type Known string

// How an actor is known.
const (
	SignedIn    Known = "signed-in"    // signed in at a server
	ByToken     Known = "token"        // by a token somebody was given
	ThisMachine Known = "this-machine" // the account of the machine, nothing more
	ByLink      Known = "link"         // a guest of one workshop, under a name they typed
)

// Via says by which way a request came.
type Via string

// The ways a request comes.
const (
	ViaCLI    Via = "cli"
	ViaPage   Via = "page"
	ViaAPI    Via = "api"
	ViaImport Via = "import"
	ViaJob    Via = "job"
)

// Actor is who caused an event, how that is known, and by which way it came.
type Actor struct {
	ID    string `json:"id"` // a name or address; in a sealed event a person's reference, p_…
	Known Known  `json:"known"`
	Via   Via    `json:"via"`
}

// Validate reports what is missing or unknown in an actor.
func (a Actor) Validate() error {
	if a.ID == "" {
		return errors.New("an event needs an actor: the id is empty")
	}
	switch a.Known {
	case SignedIn, ByToken, ThisMachine, ByLink:
	default:
		return fmt.Errorf("actor %q: known %q is none of signed-in, token, this-machine, link", a.ID, a.Known)
	}
	switch a.Via {
	case ViaCLI, ViaPage, ViaAPI, ViaImport, ViaJob:
		return nil
	}
	return fmt.Errorf("actor %q: via %q is none of cli, page, api, import, job", a.ID, a.Via)
}
