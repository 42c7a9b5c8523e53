import type { AlertRowFragment, OverviewFiguresQuery } from '@/generated/graphql';
import { graphqlEnum } from '@/domain/status';
import type { AsOf } from './freshness';

/** What changed of a shipment. Only `id` is sure to be there; the rest is patched over what is known. */
export interface ShipmentChange {
  id: string;
  trackingNumber?: string;
  status?: string;
  late?: boolean;
  carrier?: string;
  estimatedDelivery?: string;
  actualDelivery?: string | null;
  updatedAt?: string;
  currentLocation?: { latitude: number; longitude: number; observedAt: string } | null;
}

export interface TelemetryChange {
  deviceId: string;
  shipmentId?: string | null;
  timestamp: string;
  readings: { signal: string; value: number; unit: string }[];
}

export type OverviewFigures = OverviewFiguresQuery['overview'];

export type LiveMessage =
  | { type: 'hello'; asOf?: AsOf }
  | { type: 'lagged' }
  | ({ type: 'shipment' } & ShipmentChange)
  | ({ type: 'alert' } & AlertRowFragment)
  | ({ type: 'telemetry' } & TelemetryChange)
  | ({ type: 'overview' } & Partial<OverviewFigures>);

const KNOWN_TYPES = new Set(['hello', 'lagged', 'shipment', 'alert', 'telemetry', 'overview']);

interface RawMessage {
  type?: unknown;
  status?: unknown;
  severity?: unknown;
}

/** One frame as a message, with enum values in GraphQL's form; nothing for a type this UI does not know. */
export function parseLiveMessage(frame: string): LiveMessage | undefined {
  const raw = JSON.parse(frame) as RawMessage;
  if (typeof raw.type !== 'string' || !KNOWN_TYPES.has(raw.type)) return undefined;
  if (typeof raw.status === 'string') raw.status = graphqlEnum(raw.status);
  if (typeof raw.severity === 'string') raw.severity = graphqlEnum(raw.severity);
  return raw as LiveMessage;
}
