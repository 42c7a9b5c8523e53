-- The last day on which goods that are free could be promised to an order that waits; empty if there are none,
-- or if nobody waits. What fills backorders looks here.
ALTER TABLE stock ADD COLUMN fillable_until TEXT NOT NULL DEFAULT '';
CREATE INDEX stock_fillable ON stock (tenant, site, sku) WHERE fillable_until <> '';
-- How much may be promised, in millionths of the unit, as of the last change. Sites for orders are chosen by it.
ALTER TABLE stock ADD COLUMN free BIGINT NOT NULL DEFAULT 0;

-- Reservations that somebody has to do something about. Few at a time, and not touched when goods are promised.
CREATE INDEX reservations_rejected ON reservations (tenant, created_at, id) WHERE status = 'Rejected';
CREATE INDEX reservations_picked ON reservations (tenant, created_at, id) WHERE status = 'Picked';
CREATE INDEX reservations_packed ON reservations (tenant, created_at, id) WHERE status = 'Packed';

-- The ledger of a site: what moved within it, or left it; and what came to it from somewhere else.
CREATE INDEX movements_from ON movements (tenant, from_site, position) WHERE from_site IS NOT NULL;
CREATE INDEX movements_to ON movements (tenant, to_site, position) WHERE from_site IS NULL OR from_site <> to_site;

-- The first day on which there is less than the reorder point says and nobody has been told; empty if there is none.
-- Goods expire while nothing else happens to them: what warns looks here.
ALTER TABLE stock ADD COLUMN low_from TEXT NOT NULL DEFAULT '';
CREATE INDEX stock_low_from ON stock (tenant, site, sku, low_from) WHERE low_from <> '';
