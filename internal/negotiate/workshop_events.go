package negotiate

import (
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// sayWorkshop puts an event of a workshop into plain words. Of an estimate it says
// that there is one; what is sealed it cannot know.
func sayWorkshop(body ledger.Body, n nameOf) (kind, id, text string) {
	const what = "workshop"
	switch b := body.(type) {
	case *ledger.WorkshopOpened:
		return what, "", catalogue.T("workshop.event.opened", "title", b.Title)
	case *ledger.WorkshopListed:
		return what, b.Workshop, catalogue.N("workshop.event.listed", len(b.Topics), "id", n.workshop(b.Workshop))
	case *ledger.WorkshopAsked:
		return what, b.Workshop, catalogue.T("workshop.event.asked", "id", n.workshop(b.Workshop), "topic", n.topic(b.Workshop, b.Topic), "round", b.Round)
	case *ledger.WorkshopEstimated:
		return what, b.Workshop, catalogue.T("workshop.event.estimated", "id", n.workshop(b.Workshop), "topic", n.topic(b.Workshop, b.Topic), "round", b.Round)
	case *ledger.WorkshopRevealed:
		return what, b.Workshop, catalogue.N("workshop.event.revealed", len(b.Said), "id", n.workshop(b.Workshop), "topic", n.topic(b.Workshop, b.Topic), "round", b.Round)
	case *ledger.WorkshopLinked:
		return what, b.Workshop, catalogue.N("workshop.event.linked", b.Guests, "id", n.workshop(b.Workshop), "until", b.Until.UTC().Format("2006-01-02 15:04 UTC"))
	case *ledger.WorkshopUnlinked:
		return what, b.Workshop, catalogue.T("workshop.event.unlinked", "id", n.workshop(b.Workshop))
	case *ledger.WorkshopJoined:
		return what, b.Workshop, catalogue.T("workshop.event.joined", "id", n.workshop(b.Workshop))
	case *ledger.WorkshopNoted:
		return what, b.Workshop, catalogue.T("workshop.event.noted", "id", n.workshop(b.Workshop), "topic", n.topic(b.Workshop, b.Topic), "text", b.Text)
	case *ledger.WorkshopClosed:
		return what, b.Workshop, catalogue.N("workshop.event.closed", len(b.Taken), "id", n.workshop(b.Workshop))
	}
	return what, "", ""
}
