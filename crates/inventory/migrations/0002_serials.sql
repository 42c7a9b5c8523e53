-- Pieces with a serial number, and whether each is there, at whichever site or between two of them.
CREATE TABLE serials (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    sku TEXT NOT NULL,
    serial TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
