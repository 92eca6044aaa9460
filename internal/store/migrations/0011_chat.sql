-- kind is '' where a program is told, else by which body a chat takes messages.
-- The address of a chat is a secret as a key is.
ALTER TABLE webhooks ADD COLUMN kind TEXT NOT NULL DEFAULT '';

-- Former secrets of webhooks, which sign besides the one in use, each to its own
-- end.
CREATE TABLE former_secrets (
	hook   TEXT NOT NULL,
	secret BLOB NOT NULL,
	until  INTEGER NOT NULL,
	PRIMARY KEY (hook, secret)
);
INSERT INTO former_secrets (hook, secret, until) SELECT id, former, former_until FROM webhooks WHERE former_until > 0;
ALTER TABLE webhooks DROP COLUMN former;
ALTER TABLE webhooks DROP COLUMN former_until;

-- When a delivery came into the queue, so that it is known since when one waits.
ALTER TABLE deliveries ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;
UPDATE deliveries SET queued = due;
CREATE INDEX deliveries_turn ON deliveries (state, target, due);
