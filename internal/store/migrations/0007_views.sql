-- Who opened the page of what, first and last: no part of the record and of no
-- copy of the ledger. person is an e-mail address in lower case, subject the short
-- id of a threat or a decision. Times are milliseconds since 1970.
CREATE TABLE views (
	person   TEXT NOT NULL,
	subject  TEXT NOT NULL,
	first_at INTEGER NOT NULL,
	last_at  INTEGER NOT NULL,
	PRIMARY KEY (person, subject)
);
CREATE INDEX views_subject ON views (subject);
