-- What was answered to requests that may be sent again, and keys that all
-- processes on this ledger share. None of these tables is part of a copy of the
-- ledger. Times are milliseconds since 1970, 0 where there is none.

-- asked is a hash of who asked and under which key, request one of what was
-- asked. Until the time of until the holder is at work on it. acted is 1 once
-- something was written for it; status is 0 while no answer is kept.
CREATE TABLE answers (
	asked   TEXT PRIMARY KEY,
	request TEXT NOT NULL,
	holder  TEXT NOT NULL,
	began   INTEGER NOT NULL,
	until   INTEGER NOT NULL,
	acted   INTEGER NOT NULL,
	status  INTEGER NOT NULL,
	header  BLOB NOT NULL,
	body    BLOB NOT NULL
);
CREATE INDEX answers_began ON answers (began);

CREATE TABLE shared_keys (
	name  TEXT PRIMARY KEY,
	value BLOB NOT NULL
);
