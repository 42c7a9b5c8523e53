import type { QueryClient } from '@tanstack/react-query';
import { queryKeys } from '@/api/queryKeys';
import type { ShipmentDetailQuery, ShipmentListQuery, ShipmentsOnTheMoveQuery } from '@/generated/graphql';
import type { ShipmentChange, TelemetryChange } from './messages';

type MapShipment = ShipmentsOnTheMoveQuery['overview']['inTransit'][number];
type Detail = NonNullable<ShipmentDetailQuery['shipment']>;

/** The chart shows this many readings; older ones leave it as new ones come. */
const MAX_READINGS_SHOWN = 1000;
const MAX_ROUTE_POINTS = 1000;

/** The known thing with the changed fields laid over it. Fields that it does not have stay out. */
function patched<Known extends object>(known: Known, change: ShipmentChange): Known {
  const next = { ...known } as Record<string, unknown>;
  for (const [field, value] of Object.entries(change)) {
    if (field in next && value !== undefined) next[field] = value;
  }
  return next as Known;
}

function patchLists(client: QueryClient, changes: Map<string, ShipmentChange>): boolean {
  let statusChanged = false;
  client.setQueriesData<ShipmentListQuery>({ queryKey: queryKeys.shipmentLists }, (data) => {
    // Not `data`: even the same answer would count as a new one.
    if (!data?.shipmentPage.items.some((item) => changes.has(item.id))) return undefined;
    const items = data.shipmentPage.items.map((item) => {
      const change = changes.get(item.id);
      if (!change) return item;
      if (change.status !== undefined && change.status !== item.status) statusChanged = true;
      return patched(item, change);
    });
    return { ...data, shipmentPage: { ...data.shipmentPage, items } };
  });
  return statusChanged;
}

const ON_THE_MOVE = new Set(['IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELAYED']);

/** Moves the dots of the map. Says whether a shipment came or went, which only the server can complete. */
function patchMap(client: QueryClient, changes: Map<string, ShipmentChange>): boolean {
  let setChanged = false;
  client.setQueryData<ShipmentsOnTheMoveQuery>(queryKeys.overviewMap, (data) => {
    if (!data) return data;
    const known = new Set<string>();
    const inTransit: MapShipment[] = [];
    for (const item of data.overview.inTransit) {
      known.add(item.id);
      const change = changes.get(item.id);
      const next = change ? patched(item, change) : item;
      if (ON_THE_MOVE.has(next.status)) inTransit.push(next);
    }
    for (const change of changes.values()) {
      if (!known.has(change.id) && change.status && ON_THE_MOVE.has(change.status)) setChanged = true;
    }
    return { ...data, overview: { ...data.overview, inTransit } };
  });
  return setChanged;
}

function patchDetail(client: QueryClient, change: ShipmentChange): void {
  client.setQueryData<ShipmentDetailQuery>(queryKeys.shipment(change.id), (data) => {
    if (!data?.shipment) return data;
    const shipment = patched(data.shipment, change);
    return { ...data, shipment: { ...shipment, route: extendedRoute(data.shipment, change) } };
  });
}

function extendedRoute(shipment: Detail, change: ShipmentChange): Detail['route'] {
  const location = change.currentLocation;
  const last = shipment.route.at(-1);
  if (!location || (last && last.observedAt >= location.observedAt)) return shipment.route;
  return [...shipment.route, location].slice(-MAX_ROUTE_POINTS);
}

export interface ShipmentEffects {
  listsOutOfDate: boolean;
  mapOutOfDate: boolean;
}

export function applyShipmentChanges(
  client: QueryClient,
  changes: Map<string, ShipmentChange>,
): ShipmentEffects {
  for (const change of changes.values()) patchDetail(client, change);
  return { listsOutOfDate: patchLists(client, changes), mapOutOfDate: patchMap(client, changes) };
}

/** Appends live temperatures to the chart of the shipment that is being watched. */
export function applyTelemetry(client: QueryClient, telemetry: TelemetryChange[]): void {
  const byShipment = new Map<string, Detail['temperatures']>();
  for (const { shipmentId, deviceId, timestamp, readings } of telemetry) {
    if (!shipmentId) continue;
    const fresh = byShipment.get(shipmentId) ?? [];
    for (const reading of readings) {
      if (reading.signal === 'temperature') fresh.push({ deviceId, timestamp, ...reading });
    }
    byShipment.set(shipmentId, fresh);
  }
  for (const [shipmentId, fresh] of byShipment) {
    client.setQueryData<ShipmentDetailQuery>(queryKeys.shipment(shipmentId), (data) => {
      if (!data?.shipment || fresh.length === 0) return data;
      const temperatures = [...data.shipment.temperatures, ...fresh].slice(-MAX_READINGS_SHOWN);
      return { ...data, shipment: { ...data.shipment, temperatures } };
    });
  }
}
