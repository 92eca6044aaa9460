package parley_test

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// TestClusteredAtMostOnce: one event at most does not come in clusters.
func TestClusteredAtMostOnce(t *testing.T) {
	for _, once := range []bool{false, true} {
		m := &parley.Model{
			Product: parley.Product{ID: "shop", Currency: "GBP"},
			Threats: []parley.Threat{{
				ID: "t", Title: "T", AtMostOnce: once, Likelihood: quantity.Of("30% within 2 years"), Clustered: quantity.Of("80%"),
				Impact: parley.Impact{Says: "x", Financial: parley.Loss{Amount: quantity.Of("1k..9k")}},
			}},
		}
		found := false
		parley.Resolve(m)
		for _, p := range parley.Errors(parley.Validate(m)) {
			found = found || strings.Contains(p.Path, "clustered") && strings.Contains(p.Message, "at most once")
		}
		if found != once {
			t.Errorf("at most once %v: found %v", once, found)
		}
	}
}
