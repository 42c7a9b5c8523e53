import type { AlertRowFragment } from '@/generated/graphql';
import type { LiveMessage, OverviewFigures, ShipmentChange, TelemetryChange } from './messages';

/** All changes of one moment, folded so that each thing appears once, with its newest state. */
export interface LiveBatch {
  shipments: Map<string, ShipmentChange>;
  alerts: Map<string, AlertRowFragment>;
  telemetry: TelemetryChange[];
  overview: Partial<OverviewFigures> | null;
  mustRefetch: boolean;
}

/** Readings beyond this many in one batch would be dropped from the chart's window anyway. */
const MAX_TELEMETRY_PER_BATCH = 500;

export function emptyBatch(): LiveBatch {
  return { shipments: new Map(), alerts: new Map(), telemetry: [], overview: null, mustRefetch: false };
}

export function foldInto(batch: LiveBatch, message: LiveMessage): void {
  switch (message.type) {
    case 'shipment':
      batch.shipments.set(message.id, { ...batch.shipments.get(message.id), ...message });
      return;
    case 'alert':
      batch.alerts.set(message.id, message);
      return;
    case 'telemetry':
      batch.telemetry.push(message);
      if (batch.telemetry.length > MAX_TELEMETRY_PER_BATCH) batch.telemetry.shift();
      return;
    case 'overview':
      batch.overview = { ...batch.overview, ...message };
      return;
    case 'lagged':
      batch.mustRefetch = true;
      return;
    case 'hello':
      return;
  }
}
