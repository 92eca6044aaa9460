-- Who may sign in, by what, and what came of it. Random secrets are kept as
-- hashes only. None of these tables is part of a copy of the ledger. Times are
-- milliseconds since 1970, 0 where there is none.

CREATE TABLE accounts (
	email    TEXT PRIMARY KEY,
	name     TEXT NOT NULL,
	password TEXT NOT NULL,
	created  INTEGER NOT NULL,
	disabled INTEGER NOT NULL,
	secret   BLOB NOT NULL,
	enrolled INTEGER NOT NULL,
	step     INTEGER NOT NULL
);

CREATE TABLE sessions (
	hash    TEXT PRIMARY KEY,
	id      TEXT NOT NULL UNIQUE,
	email   TEXT NOT NULL REFERENCES accounts (email) ON DELETE CASCADE,
	how     TEXT NOT NULL,
	address TEXT NOT NULL,
	created INTEGER NOT NULL,
	seen    INTEGER NOT NULL,
	expires INTEGER NOT NULL
);
CREATE INDEX sessions_email ON sessions (email);

-- Things that are good once: for the set-up, an invitation, a reset, the second
-- step of signing in, and codes for when the second factor is lost.
CREATE TABLE links (
	hash    TEXT PRIMARY KEY,
	id      TEXT NOT NULL UNIQUE,
	kind    TEXT NOT NULL,
	email   TEXT NOT NULL,
	name    TEXT NOT NULL,
	opens   TEXT NOT NULL,
	maker   TEXT NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL
);
CREATE INDEX links_email ON links (email, kind);

CREATE TABLE tokens (
	hash     TEXT PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	email    TEXT NOT NULL REFERENCES accounts (email) ON DELETE CASCADE,
	name     TEXT NOT NULL,
	scope    TEXT NOT NULL,
	products TEXT NOT NULL,
	created  INTEGER NOT NULL,
	expires  INTEGER NOT NULL,
	used     INTEGER NOT NULL
);
CREATE INDEX tokens_email ON tokens (email);

-- Who somebody is at an OpenID provider.
CREATE TABLE identities (
	issuer  TEXT NOT NULL,
	subject TEXT NOT NULL,
	email   TEXT NOT NULL REFERENCES accounts (email) ON DELETE CASCADE,
	created INTEGER NOT NULL,
	PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_email ON identities (email);

CREATE TABLE access_log (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	at      INTEGER NOT NULL,
	what    TEXT NOT NULL,
	person  TEXT NOT NULL,
	maker   TEXT NOT NULL,
	address TEXT NOT NULL,
	about   TEXT NOT NULL
);
CREATE INDEX access_log_at ON access_log (at);
