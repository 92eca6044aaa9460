package ledger

import "fmt"

// Seal replaces the names of people in an opened event by references. ref
// gives the reference of a name, making one where there is none yet.
func (e Event) Seal(ref func(name string) (string, error)) (Event, error) {
	return e.renamed(func(s string) (string, error) {
		if IsPersonRef(s) {
			return "", fmt.Errorf("event %d (%s): %q has the form of a sealed reference and cannot be a name", e.Seq, e.Type, s)
		}
		return ref(s)
	})
}

// Open replaces references by names. A reference that names does not know is
// shown as an erased person.
func (e Event) Open(names func(ref string) (string, bool)) (Event, error) {
	return e.renamed(func(s string) (string, error) {
		if !IsPersonRef(s) {
			return s, nil
		}
		if name, ok := names(s); ok {
			return name, nil
		}
		return Erased(s), nil
	})
}

func (e Event) renamed(to rename) (Event, error) {
	if err := to.at(&e.Actor.ID); err != nil {
		return Event{}, err
	}
	if err := to.at(&e.By); err != nil {
		return Event{}, err
	}
	b, err := DecodeBody(e)
	if err != nil {
		return Event{}, err
	}
	touched := false
	err = b.names(func(s string) (string, error) {
		touched = true
		return to(s)
	})
	if err != nil {
		return Event{}, err
	}
	if !touched {
		return e, nil
	}
	_, e.Version = b.EventType()
	if e.Body, err = canonicalOf(b); err != nil {
		return Event{}, fmt.Errorf("event %d (%s): %w", e.Seq, e.Type, err)
	}
	return e, nil
}

// Refs lists the references of people in a sealed event, in order, each once.
func (e Event) Refs() ([]string, error) {
	var refs []string
	seen := map[string]bool{}
	_, err := e.Open(func(ref string) (string, bool) {
		if !seen[ref] {
			seen[ref] = true
			refs = append(refs, ref)
		}
		return ref, true
	})
	return refs, err
}
