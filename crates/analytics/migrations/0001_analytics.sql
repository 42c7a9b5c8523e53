-- What the detector remembers of each signal of each device.
CREATE TABLE detectors (
    tenant TEXT NOT NULL,
    device_id TEXT NOT NULL,
    signal TEXT NOT NULL,
    -- name and version of the method; what another one remembered is of no use to this one
    detector TEXT NOT NULL,
    memory TEXT NOT NULL,
    PRIMARY KEY (tenant, device_id, signal)
);

-- Ranges of single devices that differ from the contract, for example of a freezer.
CREATE TABLE device_ranges (
    tenant TEXT NOT NULL,
    device_id TEXT NOT NULL,
    signal TEXT NOT NULL,
    minimum DOUBLE PRECISION NOT NULL,
    maximum DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (tenant, device_id, signal)
);
