-- Keys by which people sign in without a password. None of this is part of a
-- copy of the ledger. Times are milliseconds since 1970, 0 where there is none.

-- credential is what the key is called by its device, handle what the device
-- calls the account: random bytes, the same for all keys of an account that
-- were made while it had one. counter is how often the key signed, as far as
-- its device counts; copied is 1 once it counted backwards, and the key is good
-- for nothing then. synced is 1 where the device may share the key with others.
CREATE TABLE passkeys (
	credential TEXT PRIMARY KEY,
	id         TEXT NOT NULL UNIQUE,
	email      TEXT NOT NULL REFERENCES accounts (email) ON DELETE CASCADE,
	handle     BLOB NOT NULL,
	name       TEXT NOT NULL,
	public     BLOB NOT NULL,
	transports TEXT NOT NULL,
	counter    INTEGER NOT NULL,
	synced     INTEGER NOT NULL,
	copied     INTEGER NOT NULL,
	created    INTEGER NOT NULL,
	used       INTEGER NOT NULL
);
CREATE INDEX passkeys_email ON passkeys (email);
