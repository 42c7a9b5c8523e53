import type { QueryClient } from '@tanstack/react-query';
import { queryKeys } from '@/api/queryKeys';
import type { OverviewFiguresQuery } from '@/generated/graphql';
import { applyAlertChanges } from './applyAlerts';
import { applyShipmentChanges, applyTelemetry } from './applyShipments';
import type { LiveBatch } from './batch';
import { noteFreshness } from './freshness';
import { notePulse } from './history';
import type { OverviewFigures } from './messages';
import type { createRefetcher } from './refetchLater';

function applyOverview(client: QueryClient, figures: Partial<OverviewFigures>): void {
  client.setQueryData<OverviewFiguresQuery>(queryKeys.overviewFigures, (data) => {
    if (!data) return data;
    const known = Object.keys(data.overview) as (keyof OverviewFigures)[];
    const changed = Object.fromEntries(
      known.filter((field) => figures[field] !== undefined).map((field) => [field, figures[field]]),
    );
    return { ...data, overview: { ...data.overview, ...changed } };
  });
  if (figures.freshness) noteFreshness(figures.freshness);
  if (figures.eventRate !== undefined) notePulse(figures.eventRate);
}

/**
 * Lays a batch over the cached answers. What a message says in full is patched in at once; what it only
 * hints at (a list whose members changed, the timeline of a shipment) is fetched again a little later.
 */
export function applyBatch(
  client: QueryClient,
  refetch: ReturnType<typeof createRefetcher>,
  batch: LiveBatch,
): void {
  if (batch.mustRefetch) void client.invalidateQueries();
  if (batch.shipments.size > 0) {
    const effects = applyShipmentChanges(client, batch.shipments);
    if (effects.listsOutOfDate) refetch.soon(queryKeys.shipmentLists);
    if (effects.mapOutOfDate) refetch.soon(queryKeys.overviewMap);
    for (const id of batch.shipments.keys()) {
      if (client.getQueryData(queryKeys.shipment(id))) refetch.soon(queryKeys.shipment(id));
    }
  }
  if (batch.telemetry.length > 0) applyTelemetry(client, batch.telemetry);
  if (batch.alerts.size > 0) applyAlertChanges(client, batch.alerts);
  if (batch.overview) applyOverview(client, batch.overview);
}
