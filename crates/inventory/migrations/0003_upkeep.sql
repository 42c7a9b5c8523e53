-- The last day on which goods that are free could be promised to an order that waits; empty if there are none,
-- or if nobody waits. What fills backorders looks here.
ALTER TABLE stock ADD COLUMN fillable_until TEXT NOT NULL DEFAULT '';
CREATE INDEX stock_fillable ON stock (tenant, site, sku) WHERE fillable_until <> '';
-- How much may be promised, in millionths of the unit, as of the last change. Sites for orders are chosen by it.
ALTER TABLE stock ADD COLUMN free BIGINT NOT NULL DEFAULT 0;
