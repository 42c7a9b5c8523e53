-- Everything that was published, in the order of publishing; an offset counts within its partition.
CREATE TABLE log (
    topic TEXT NOT NULL,
    partition_number BIGINT NOT NULL,
    record_offset BIGINT NOT NULL,
    partition_key TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    envelope TEXT NOT NULL,
    PRIMARY KEY (topic, partition_number, record_offset)
);

-- How far each context's journal has been published, written with what was published.
CREATE TABLE relay_position (
    relay TEXT NOT NULL PRIMARY KEY,
    transaction_id BIGINT NOT NULL,
    position BIGINT NOT NULL
);
