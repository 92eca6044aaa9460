-- A cache of the state after some number of events: made from them, thrown away
-- when it does not fit, never a source.
CREATE TABLE snapshots (
	one    INTEGER PRIMARY KEY CHECK (one = 1),
	fold   INTEGER NOT NULL,
	size   INTEGER NOT NULL,
	root   BLOB NOT NULL,
	digest BLOB NOT NULL,
	state  BLOB NOT NULL
);
