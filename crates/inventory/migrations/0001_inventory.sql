-- Stock of one SKU at one site, as the deciders know it.
CREATE TABLE stock (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    site TEXT NOT NULL,
    sku TEXT NOT NULL,
    -- the soonest expiry of what lies there, empty if none
    next_expiry TEXT NOT NULL,
    -- 1 while less may be promised than the reorder point says
    is_low BIGINT NOT NULL,
    -- 1 while orders wait for it
    is_short BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX stock_by_site ON stock (tenant, site, sku);
CREATE INDEX stock_by_sku ON stock (tenant, sku, site);
CREATE INDEX stock_expiring ON stock (tenant, next_expiry) WHERE next_expiry <> '';
CREATE INDEX stock_low ON stock (tenant, site, sku) WHERE is_low = 1;
CREATE INDEX stock_short ON stock (tenant, site, sku) WHERE is_short = 1;

CREATE TABLE reservations (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    site TEXT NOT NULL,
    status TEXT NOT NULL,
    -- null once it is confirmed or over
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX reservations_newest ON reservations (tenant, created_at, id);
CREATE INDEX reservations_expiring ON reservations (expires_at) WHERE status = 'Held';

CREATE TABLE items (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    sku TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX items_by_sku ON items (tenant, sku);

CREATE TABLE sites (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    site TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE lots (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    sku TEXT NOT NULL,
    lot TEXT NOT NULL,
    expiry TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX lots_by_sku ON lots (tenant, sku, lot);

CREATE TABLE advices (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    site TEXT NOT NULL,
    due TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE transfers (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    is_open BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX transfers_newest ON transfers (tenant, is_open, created_at, id);

CREATE TABLE counts (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    -- 1 while it waits for an approval
    is_open BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX counts_newest ON counts (tenant, is_open, created_at, id);

-- Receipts, moves, adjustments and returns.
CREATE TABLE documents (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- The ledger: what one account lost, another one gained. Rows are never changed.
CREATE TABLE movements (
    position {{position}},
    tenant TEXT NOT NULL,
    -- the stream and version of the event that it is a part of, and its place in it
    document TEXT NOT NULL,
    version BIGINT NOT NULL,
    line BIGINT NOT NULL,
    event_type TEXT NOT NULL,
    moved_at BIGINT NOT NULL,
    sku TEXT NOT NULL,
    lot TEXT,
    serial TEXT,
    owner TEXT,
    unit TEXT NOT NULL,
    -- a decimal number, always more than nothing
    quantity TEXT NOT NULL,
    from_account TEXT NOT NULL,
    from_site TEXT,
    from_bin TEXT,
    from_condition TEXT NOT NULL,
    to_account TEXT NOT NULL,
    to_site TEXT,
    to_bin TEXT,
    to_condition TEXT NOT NULL
);
CREATE INDEX movements_by_sku ON movements (tenant, sku, position);
CREATE INDEX movements_newest ON movements (tenant, position);
