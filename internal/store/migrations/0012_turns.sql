-- How much was guessed of late, for all servers on this ledger. slot is which limit
-- it is and the slot that what it counts is hashed to under a key of the ledger;
-- nobody's address stands here. good is when it is as good as new, nanoseconds since
-- 1970: the row says nothing from then on. None of this is part of a copy of the ledger.
CREATE TABLE turns (
	slot TEXT PRIMARY KEY,
	good INTEGER NOT NULL
);
