import { inWords } from './format';

/** Mantine colour names; what each means is the same on badges, charts and the map. */
export type Tone = 'gray' | 'blue' | 'violet' | 'teal' | 'orange' | 'red' | 'yellow';

const TONES: Record<string, Tone> = {
  CREATED: 'gray',
  IN_TRANSIT: 'blue',
  OUT_FOR_DELIVERY: 'violet',
  DELIVERED: 'teal',
  DELAYED: 'orange',
  CANCELLED: 'gray',
  PLACED: 'gray',
  CONFIRMED: 'blue',
  PROCESSING: 'violet',
  SHIPPED: 'blue',
  AVAILABLE: 'teal',
  ASSIGNED: 'blue',
  RETIRED: 'gray',
  RAISED: 'red',
  ACKNOWLEDGED: 'yellow',
  RESOLVED: 'teal',
  HELD: 'yellow',
  PICKED: 'violet',
  PACKED: 'violet',
  RELEASED: 'gray',
  EXPIRED: 'gray',
  REJECTED: 'red',
  PENDING: 'orange',
  APPROVED: 'teal',
  NOT_NEEDED: 'gray',
  QUARANTINED: 'red',
  DAMAGED: 'orange',
  COMPLETE: 'teal',
  PARTIAL: 'yellow',
  OVER: 'orange',
  UNEXPECTED: 'gray',
  INFO: 'blue',
  WARNING: 'orange',
  CRITICAL: 'red',
};

export const SHIPMENT_STATUSES = [
  'CREATED',
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'DELAYED',
  'DELIVERED',
  'CANCELLED',
] as const;
export const ORDER_STATUSES = [
  'PLACED',
  'CONFIRMED',
  'PROCESSING',
  'SHIPPED',
  'DELIVERED',
  'CANCELLED',
] as const;
export const RESERVATION_STATUSES = [
  'Held',
  'Confirmed',
  'Picked',
  'Packed',
  'Shipped',
  'Released',
  'Expired',
  'Rejected',
] as const;
export const ASSET_STATUSES = ['AVAILABLE', 'ASSIGNED', 'RETIRED'] as const;
export const ALERT_STATUSES = ['RAISED', 'ACKNOWLEDGED', 'RESOLVED'] as const;
export const ALERT_SEVERITIES = ['CRITICAL', 'WARNING', 'INFO'] as const;
export const ASSET_TYPES = ['Container', 'ReeferContainer', 'Trailer', 'Truck', 'Pallet', 'Other'] as const;

/** REST and live messages write `InTransit` where GraphQL writes `IN_TRANSIT`: this is the latter form. */
export function graphqlEnum(value: string): string {
  if (value === value.toUpperCase()) return value;
  return value.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}

export function statusTone(status: string): Tone {
  return TONES[graphqlEnum(status)] ?? 'gray';
}

export function statusLabel(status: string): string {
  return inWords(status);
}

/** Choices of a select, in the order given. */
export function statusChoices(statuses: readonly string[]): { value: string; label: string }[] {
  return statuses.map((value) => ({ value, label: statusLabel(value) }));
}
