package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// elsewhere changes one field of an item in the ledger, as somebody may who
// works on it by another way than the file:
// elsewhere parley.db threat replay title "Sent twice"
func elsewhere(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 5 {
		ts.Fatalf("usage: elsewhere LEDGER KIND ID FIELD VALUE")
	}
	kind, id := ledger.ItemKind(args[1]), args[2]
	ctx := context.Background()
	db, err := store.Open(ctx, ts.MkAbs(args[0]), store.Options{})
	ts.Check(err)
	defer db.Close()
	_, _, err = db.Update(ctx, func(s *ledger.State, _ time.Time) ([]ledger.Draft, error) {
		p := s.Products()[0]
		var fields map[string]any
		if err := json.Unmarshal(p.Item(kind, id).JSON, &fields); err != nil {
			return nil, err
		}
		fields[args[3]] = args[4]
		text, err := json.Marshal(fields)
		return []ledger.Draft{{
			Product: p.ID, Body: &ledger.ItemPut{Kind: kind, ID: id, Item: text},
			Actor: ledger.Actor{ID: "omar@example.org", Known: ledger.ThisMachine, Via: ledger.ViaPage},
		}}, err
	})
	ts.Check(err)
}

// tamper changes the database behind Parley's back, as somebody may who can
// write the file: tamper parley.db "DELETE FROM …"
func tamper(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: tamper LEDGER SQL")
	}
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[1])
	ts.Check(err)
}
