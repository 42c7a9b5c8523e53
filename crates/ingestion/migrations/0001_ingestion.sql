-- Everything that arrived, as it arrived, beside what became of it.
CREATE TABLE records (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    -- api, telemetry, or the name of a file adapter
    source TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    content_type TEXT NOT NULL,
    original {{bytes}} NOT NULL,
    -- digest of the original: the same record again, or another one under its name
    fingerprint TEXT NOT NULL,
    -- received, staged, accepted or quarantined
    status TEXT NOT NULL,
    reasons TEXT NOT NULL,
    -- the streams and versions that it led to
    outcome TEXT NOT NULL,
    -- rows of files: the number of the business object that they are rows of, the number of its part
    -- (a shipment of an order), and their canonical form
    group_key TEXT,
    part_key TEXT,
    canonical TEXT,
    row_number BIGINT,
    first_import TEXT,
    last_import TEXT,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX records_by_status ON records (tenant, status, received_at, id);
CREATE INDEX records_open ON records (received_at) WHERE status = 'received';
CREATE INDEX records_by_group ON records (tenant, source, group_key);
CREATE INDEX records_by_import ON records (tenant, last_import, status);

-- What the rows of one business object led to.
CREATE TABLE group_outcomes (
    tenant TEXT NOT NULL,
    source TEXT NOT NULL,
    group_key TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (tenant, source, group_key)
);

-- Devices that have sent something, with the order of what they sent.
CREATE TABLE devices (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    device_id TEXT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- Records that were put aside, with the reasons.
CREATE TABLE quarantine (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    quarantined_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- Files that were sent, and how far their import has come.
CREATE TABLE imports (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    adapter TEXT NOT NULL,
    file_digest TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX imports_by_digest ON imports (tenant, adapter, file_digest, state);

-- Imports that have ended: their facts in the journal.
CREATE TABLE completed_imports (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
