package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Declared is since when a layer declares its checks as it does.
type Declared struct {
	// Checks are, by the id of each check, the event that gave it its present text.
	Checks map[string]string `json:",omitempty"`
	// None is the event since which the layer declares no check, "" where it declares some.
	None string `json:",omitempty"`
}

// declare notes which checks of a layer an event gave another text. was is the
// layer before, nil where it is new.
func (i *Item) declare(e Event, was *Item) error {
	if i.Kind != KindControl && i.Kind != KindMitigation {
		return nil
	}
	now, err := checksIn(i.JSON)
	if err != nil {
		return err
	}
	var old map[string]json.RawMessage
	i.Declared = Declared{}
	if was != nil && !was.Closed {
		if old, err = checksIn(was.JSON); err != nil {
			return err
		}
	}
	if len(now) == 0 {
		i.Declared.None = e.ID
		if was != nil && !was.Closed && len(old) == 0 {
			i.Declared.None = was.Declared.None
		}
		return nil
	}
	i.Declared.Checks = make(map[string]string, len(now))
	for id, text := range now {
		i.Declared.Checks[id] = e.ID
		if same, had := old[id]; had && bytes.Equal(same, text) { // both texts are canonical
			i.Declared.Checks[id] = was.Declared.Checks[id]
		}
	}
	return nil
}

// checksIn are the checks that the text of a layer declares, by id.
func checksIn(text json.RawMessage) (map[string]json.RawMessage, error) {
	var layer struct {
		Checks []json.RawMessage `json:"checks"`
	}
	if err := json.Unmarshal(text, &layer); err != nil {
		return nil, fmt.Errorf("read the checks of a layer: %w", err)
	}
	out := make(map[string]json.RawMessage, len(layer.Checks))
	for _, c := range layer.Checks {
		var check struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(c, &check); err != nil {
			return nil, fmt.Errorf("read the checks of a layer: %w", err)
		}
		out[check.ID] = c
	}
	return out, nil
}
