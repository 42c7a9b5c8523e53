-- Read models: everything here can be dropped and rebuilt from the events.

CREATE TABLE shipments (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    view TEXT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    carrier TEXT NOT NULL,
    country TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    estimated_at BIGINT NOT NULL,
    -- the first moment at which it is late, while it is open or by its delivery
    late_after BIGINT NOT NULL,
    -- 1 while it is neither delivered nor cancelled
    is_open BIGINT NOT NULL,
    -- 1 if it was delivered late
    delivered_late BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX shipments_newest ON shipments (tenant, created_at, id);
CREATE INDEX shipments_by_status ON shipments (tenant, status, created_at, id);
CREATE INDEX shipments_by_number ON shipments (tenant, number);
CREATE INDEX shipments_by_country ON shipments (tenant, country, created_at, id);
CREATE INDEX shipments_by_carrier ON shipments (tenant, carrier, created_at, id);
CREATE INDEX shipments_overdue ON shipments (tenant, is_open, late_after);
CREATE INDEX shipments_delivered_late ON shipments (tenant, delivered_late, created_at, id);

CREATE TABLE orders (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    view TEXT NOT NULL,
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

CREATE TABLE assets (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    view TEXT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    asset_type TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX assets_newest ON assets (tenant, created_at, id);
CREATE INDEX assets_by_status ON assets (tenant, status, created_at, id);
CREATE INDEX assets_by_number ON assets (tenant, number);

CREATE TABLE alerts (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    view TEXT NOT NULL,
    status TEXT NOT NULL,
    severity TEXT NOT NULL,
    device_id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    asset_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX alerts_newest ON alerts (tenant, created_at, id);
CREATE INDEX alerts_by_status ON alerts (tenant, status, created_at, id);
CREATE INDEX alerts_by_shipment ON alerts (tenant, shipment_id, created_at);
CREATE INDEX alerts_by_asset ON alerts (tenant, asset_id, created_at);

CREATE TABLE predictions (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    view TEXT NOT NULL,
    prediction_type TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX predictions_newest ON predictions (tenant, prediction_type, created_at, id);
CREATE INDEX predictions_by_shipment ON predictions (tenant, shipment_id, created_at);

-- The history of each aggregate, as people read it.
CREATE TABLE timeline (
    tenant TEXT NOT NULL,
    stream TEXT NOT NULL,
    version BIGINT NOT NULL,
    id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (tenant, stream, version)
);

-- Where shipments were seen.
CREATE TABLE route (
    tenant TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    observed_at BIGINT NOT NULL,
    latitude DOUBLE PRECISION NOT NULL,
    longitude DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (tenant, shipment_id, observed_at)
);

-- What devices measured.
CREATE TABLE readings (
    tenant TEXT NOT NULL,
    device_id TEXT NOT NULL,
    signal TEXT NOT NULL,
    measured_at BIGINT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    unit TEXT NOT NULL,
    PRIMARY KEY (tenant, device_id, signal, measured_at)
);
CREATE INDEX readings_by_age ON readings (measured_at);

-- Which asset a device is mounted on.
CREATE TABLE devices (
    tenant TEXT NOT NULL,
    device_id TEXT NOT NULL,
    asset_id TEXT NOT NULL,
    PRIMARY KEY (tenant, device_id)
);

-- When which device travelled with which shipment. Readings belong to a shipment by their time, whenever
-- they arrive: the read models are the same after every replay.
CREATE TABLE travels (
    tenant TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    -- null while it goes on
    ended_at BIGINT,
    PRIMARY KEY (tenant, shipment_id, device_id, started_at)
);

-- Figures that are kept rather than counted.
CREATE TABLE counters (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);

-- Events by minute and kind, for rates and trends.
CREATE TABLE activity (
    tenant TEXT NOT NULL,
    minute BIGINT NOT NULL,
    kind TEXT NOT NULL,
    events BIGINT NOT NULL,
    PRIMARY KEY (tenant, minute, kind)
);

-- How far each consumer has come, for freshness.
CREATE TABLE progress (
    consumer TEXT NOT NULL PRIMARY KEY,
    recorded_at BIGINT NOT NULL
);
