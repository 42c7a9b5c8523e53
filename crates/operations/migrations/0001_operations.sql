-- Orders, as the deciders know them. `number` and `country` are in lower case, for searching.
CREATE TABLE orders (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    country TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX orders_newest ON orders (tenant, created_at, id);
CREATE INDEX orders_by_status ON orders (tenant, status, created_at, id);
CREATE INDEX orders_by_number ON orders (tenant, number);
CREATE INDEX orders_by_country ON orders (tenant, country, created_at, id);

CREATE TABLE shipments (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    carrier TEXT NOT NULL,
    country TEXT NOT NULL,
    -- the first moment at which it is late, while it is open
    late_after BIGINT NOT NULL,
    -- 1 while it is neither delivered nor cancelled
    is_open BIGINT NOT NULL,
    -- 1 if it was delivered late
    delivered_late BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX shipments_newest ON shipments (tenant, created_at, id);
CREATE INDEX shipments_by_status ON shipments (tenant, status, created_at, id);
CREATE INDEX shipments_by_number ON shipments (tenant, number);
CREATE INDEX shipments_by_carrier ON shipments (tenant, carrier, created_at, id);
CREATE INDEX shipments_by_country ON shipments (tenant, country, created_at, id);
CREATE INDEX shipments_open ON shipments (tenant, is_open, late_after);
CREATE INDEX shipments_delivered_late ON shipments (tenant, delivered_late, created_at, id);

CREATE TABLE assets (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    asset_type TEXT NOT NULL,
    -- the shipment that it travels with, or nothing
    shipment_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX assets_newest ON assets (tenant, created_at, id);
CREATE INDEX assets_by_status ON assets (tenant, status, created_at, id);
CREATE INDEX assets_by_number ON assets (tenant, number);
CREATE INDEX assets_by_shipment ON assets (tenant, shipment_id);

CREATE TABLE alerts (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    status TEXT NOT NULL,
    severity TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX alerts_newest ON alerts (tenant, created_at, id);
CREATE INDEX alerts_by_status ON alerts (tenant, status, created_at, id);
CREATE INDEX alerts_by_severity ON alerts (tenant, severity, created_at, id);

-- Which asset a device is mounted on.
CREATE TABLE asset_devices (
    tenant TEXT NOT NULL,
    device_id TEXT NOT NULL,
    asset_id TEXT NOT NULL,
    PRIMARY KEY (tenant, device_id)
);
