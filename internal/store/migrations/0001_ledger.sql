-- The ledger: events, their Merkle hashes, and what stands beside them.

CREATE TABLE meta (
	name  TEXT PRIMARY KEY,
	value TEXT NOT NULL
);

-- leaf holds the event; the other columns repeat parts of it so that it can be found.
CREATE TABLE events (
	seq     INTEGER PRIMARY KEY,
	id      TEXT NOT NULL UNIQUE,
	type    TEXT NOT NULL,
	version INTEGER NOT NULL,
	product TEXT NOT NULL,
	at      TEXT NOT NULL,
	leaf    BLOB NOT NULL
);
CREATE INDEX events_product ON events (product, seq);

CREATE TABLE hashes (
	idx  INTEGER PRIMARY KEY,
	hash BLOB NOT NULL
);

-- One row: how many events there are, and the root of their hashes.
CREATE TABLE head (
	one  INTEGER PRIMARY KEY CHECK (one = 1),
	size INTEGER NOT NULL,
	root BLOB NOT NULL
);

-- Names of people by reference; salt and name are null once erased.
CREATE TABLE people (
	ref  TEXT PRIMARY KEY,
	salt BLOB,
	name TEXT
);
CREATE INDEX people_name ON people (name);

-- Bytes kept beside an event, by the commitment in the event.
CREATE TABLE attachments (
	hash  TEXT PRIMARY KEY,
	salt  BLOB NOT NULL,
	bytes BLOB NOT NULL
);
