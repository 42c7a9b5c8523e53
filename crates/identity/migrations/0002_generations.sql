-- The generation of the account under which the session began (`Account.generation`). A session of an
-- earlier generation has ended, in the same moment in which the account changed.
ALTER TABLE refresh_tokens ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
