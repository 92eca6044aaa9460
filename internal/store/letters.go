package store

import (
	"context"
	"time"
)

// Queue adds letters to the outbox, together with what else the transaction
// writes.
func (a *AccountsTx) Queue(ctx context.Context, list ...Delivery) error {
	return (&OutboxTx{a.db, a.tx}).Queue(ctx, list)
}

// Letter gives the newest letter of a kind to a person, nil where there is none.
func (a *AccountsTx) Letter(ctx context.Context, kind, email string) (*Delivery, error) {
	list, err := (&OutboxTx{a.db, a.tx}).To(ctx, kind, email, 1)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// LetterTo gives the newest letter with a link for a new password to a person, nil
// where there is none.
func (a *AccountsTx) LetterTo(ctx context.Context, email string) (*Delivery, error) {
	list, err := (&OutboxTx{a.db, a.tx}).deliveries(ctx, "WHERE kind LIKE ? AND target = ? AND seq > 0 ORDER BY seq DESC LIMIT 1", LetterLink+"%", email)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// DropLetters removes the letters with links for a new password to a person, sent or
// not.
func (a *AccountsTx) DropLetters(ctx context.Context, email string) error {
	_, err := a.exec(ctx, "DELETE FROM deliveries WHERE kind LIKE ? AND target = ? AND seq > 0", LetterLink+"%", email)
	return err
}

// RenewLink gives the link of an id another hash, by which the former secret is
// good for nothing any more. It gives the link, nil where there is none of these
// kinds that is still good.
func (a *AccountsTx) RenewLink(ctx context.Context, id, hash string, now time.Time, kinds ...string) (*Link, error) {
	for _, kind := range kinds {
		n, err := a.exec(ctx, "UPDATE links SET hash = ? WHERE id = ? AND kind = ? AND expires > ?", hash, id, kind, millis(now))
		if err != nil {
			return nil, err
		}
		if n > 0 {
			return a.FindLink(ctx, kind, hash)
		}
	}
	return nil, nil
}
