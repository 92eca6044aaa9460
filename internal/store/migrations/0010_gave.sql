-- The roles that were given with an invitation, and with those that it replaced:
-- JSON of a list, '' for none. They are taken back when it is withdrawn.
ALTER TABLE links ADD COLUMN gave TEXT NOT NULL DEFAULT '';
