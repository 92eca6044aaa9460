-- What leaves the server: whom to tell, what is to be delivered to them, and
-- which background work is under way. None of these tables is part of a copy
-- of the ledger. Times are milliseconds since 1970, 0 where there is none.

CREATE TABLE webhooks (
	id           TEXT PRIMARY KEY,
	url          TEXT NOT NULL,
	product      TEXT NOT NULL,
	types        TEXT NOT NULL,
	secret       BLOB NOT NULL,
	former       BLOB NOT NULL,
	former_until INTEGER NOT NULL,
	maker        TEXT NOT NULL,
	created      INTEGER NOT NULL,
	since        INTEGER NOT NULL,
	stopped      INTEGER NOT NULL,
	why          TEXT NOT NULL
);

-- One row for each event and whom it goes to: written once, however often the
-- events are looked through.
CREATE TABLE deliveries (
	kind     TEXT NOT NULL,
	target   TEXT NOT NULL,
	seq      INTEGER NOT NULL,
	state    TEXT NOT NULL,
	attempts INTEGER NOT NULL,
	due      INTEGER NOT NULL,
	said     TEXT NOT NULL,
	PRIMARY KEY (kind, target, seq)
);
CREATE INDEX deliveries_due ON deliveries (state, due);

-- The first event that was not looked through yet.
CREATE TABLE outbox (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	seq INTEGER NOT NULL
);

-- Work that only one process does at a time, until when it is its own, and when
-- it was last done.
CREATE TABLE jobs (
	name   TEXT PRIMARY KEY,
	holder TEXT NOT NULL,
	until  INTEGER NOT NULL,
	done   INTEGER NOT NULL
);
