CREATE TABLE account (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    owner TEXT NOT NULL,
    balance BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE TABLE standing_order (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
-- One row for each event, written beside it.
CREATE TABLE receipt (
    tenant TEXT NOT NULL,
    stream TEXT NOT NULL,
    version BIGINT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (tenant, stream, version)
);
