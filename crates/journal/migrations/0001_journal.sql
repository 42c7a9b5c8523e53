-- What happened, in the order of commits. It is also the outbox: the relay reads it from here.
CREATE TABLE journal (
    position {{position}},
    -- The writing transaction. On PostgreSQL a lower position can become visible after a higher one,
    -- so readers order by (transaction_id, position) and stay below the oldest running transaction.
    transaction_id {{transaction}},
    tenant TEXT NOT NULL,
    stream TEXT NOT NULL,
    version BIGINT NOT NULL,
    event_type TEXT NOT NULL,
    partition_key TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    envelope TEXT NOT NULL,
    UNIQUE (tenant, stream, version)
);
CREATE INDEX journal_feed ON journal (transaction_id, position);

-- What became of each command, so that one sent again gets the same answer.
CREATE TABLE idempotency (
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    outcome TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, key)
);

-- How far each consumer of this context has read, kept with the effects of what it read.
CREATE TABLE consumer_position (
    consumer TEXT NOT NULL,
    topic TEXT NOT NULL,
    partition_number BIGINT NOT NULL,
    next_offset BIGINT NOT NULL,
    PRIMARY KEY (consumer, topic, partition_number)
);

-- The last event of each stream whose effect a consumer has, so that one delivered again changes nothing.
CREATE TABLE consumer_stream (
    consumer TEXT NOT NULL,
    tenant TEXT NOT NULL,
    stream TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (consumer, tenant, stream)
);

-- Events whose effect could not be applied, with everything that is needed to try again.
CREATE TABLE dead_letter (
    id TEXT NOT NULL PRIMARY KEY,
    consumer TEXT NOT NULL,
    tenant TEXT NOT NULL,
    stream TEXT NOT NULL,
    topic TEXT NOT NULL,
    partition_number BIGINT NOT NULL,
    record_offset BIGINT NOT NULL,
    failure_class TEXT NOT NULL,
    error TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    parked_at BIGINT NOT NULL,
    envelope TEXT NOT NULL
);
CREATE INDEX dead_letter_stream ON dead_letter (consumer, tenant, stream);
