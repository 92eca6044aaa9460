-- How much is kept of what was answered, of whom, so that it can be bounded: owner
-- is a hash of who asked, size the bytes of a kept answer, 0 where none is kept.
ALTER TABLE answers ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE answers ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
CREATE INDEX answers_owner ON answers (owner, began, size);
CREATE INDEX answers_kept ON answers (began, size) WHERE size > 0;

-- When the person of a session last proved who they are, by a password or by a
-- fresh sign-on at their provider; 0 where that is not known.
ALTER TABLE sessions ADD COLUMN proved INTEGER NOT NULL DEFAULT 0;
