-- With one writer, positions are in the order of commits: the primary key is the feed's index.
DROP INDEX journal_feed;

-- Looked up by its key only, so the key's tree holds the rows, and each command writes to one tree less.
CREATE TABLE idempotency_by_key (
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    outcome TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, key)
) WITHOUT ROWID;
INSERT INTO idempotency_by_key SELECT tenant, key, fingerprint, outcome, recorded_at FROM idempotency;
DROP TABLE idempotency;
ALTER TABLE idempotency_by_key RENAME TO idempotency;
