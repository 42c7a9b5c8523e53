import { isMissing, missingInWords } from './captured';
import { formatPlace, formatTime, inWords } from './format';
import type { Tone } from './status';

type EventData = Record<string, unknown>;

interface EventWords {
  label: string;
  tone: Tone;
  /** What the payload adds for a reader, if anything. */
  describe?: (data: EventData) => string | undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function moment(label: string, value: unknown): string | undefined {
  if (isMissing(value)) return `${label} ${missingInWords(value)}`;
  const iso = text(value);
  return iso && `${label} ${formatTime(iso)}`;
}

function joined(...parts: (string | undefined)[]): string | undefined {
  return parts.filter(Boolean).join(' · ') || undefined;
}

function countOfLines(data: EventData): string | undefined {
  if (!Array.isArray(data.lines)) return undefined;
  return data.lines.length === 1 ? '1 line' : `${data.lines.length} lines`;
}

function name(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'name' in value ? text(value.name) : undefined;
}

function position(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { latitude, longitude } = value as { latitude?: unknown; longitude?: unknown };
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined;
  return `${latitude.toFixed(2)}, ${longitude.toFixed(2)}`;
}

function place(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('country' in value)) return undefined;
  return formatPlace(value as { country: string });
}

const EVENTS: Record<string, EventWords> = {
  ShipmentBooked: {
    label: 'Booked',
    tone: 'gray',
    describe: (data) => {
      const from = place(data.origin);
      const to = place(data.destination);
      return joined(
        from && to && `${from} to ${to}`,
        name(data.carrier),
        moment('promised', data.estimatedDelivery),
      );
    },
  },
  ShipmentLinesAdded: { label: 'Lines added', tone: 'gray', describe: countOfLines },
  ShipmentDeparted: {
    label: 'Departed',
    tone: 'blue',
    describe: (data) => joined(moment('departure', data.departedAt), position(data.location)),
  },
  ShipmentOutForDelivery: {
    label: 'Out for delivery',
    tone: 'violet',
    describe: (data) => position(data.location),
  },
  ShipmentDelayed: {
    label: 'Delayed',
    tone: 'orange',
    describe: (data) => joined(text(data.reason), moment('now expected', data.newEstimate)),
  },
  ShipmentResumed: {
    label: 'Resumed',
    tone: 'blue',
    describe: (data) => moment('now expected', data.newEstimate),
  },
  ShipmentDelivered: {
    label: 'Delivered',
    tone: 'teal',
    describe: (data) =>
      joined(data.late === true ? 'after the promised day' : undefined, moment('at', data.deliveredAt)),
  },
  ShipmentCancelled: { label: 'Cancelled', tone: 'gray', describe: (data) => text(data.reason) },
  ShipmentPositionObserved: {
    label: 'Position observed',
    tone: 'gray',
    describe: (data) => joined(position(data.position), text(data.source) && `by ${text(data.source)}`),
  },
  OrderPlaced: {
    label: 'Placed',
    tone: 'gray',
    describe: (data) => joined(name(data.customer), countOfLines(data)),
  },
  OrderLinesAdded: { label: 'Lines added', tone: 'gray', describe: countOfLines },
  OrderConfirmed: { label: 'Confirmed', tone: 'blue' },
  OrderProcessingStarted: { label: 'Processing started', tone: 'violet' },
  OrderShipmentAssigned: {
    label: 'Shipment assigned',
    tone: 'gray',
    describe: (data) => joined(text(data.shipmentNumber), countOfLines(data)),
  },
  OrderShipmentReleased: {
    label: 'Shipment released',
    tone: 'orange',
    describe: (data) => text(data.reason),
  },
  OrderShipmentDelivered: {
    label: 'Shipment delivered',
    tone: 'teal',
    describe: (data) => moment('at', data.deliveredAt),
  },
  OrderShipped: { label: 'Shipped', tone: 'blue', describe: (data) => moment('shipping day', data.shipDate) },
  OrderDelivered: { label: 'Delivered', tone: 'teal' },
  OrderCancelled: { label: 'Cancelled', tone: 'gray', describe: (data) => text(data.reason) },
  AssetRegistered: { label: 'Registered', tone: 'gray', describe: (data) => text(data.description) },
  AssetAssigned: { label: 'Assigned', tone: 'blue', describe: (data) => text(data.shipmentNumber) },
  AssetReleased: { label: 'Released', tone: 'teal', describe: (data) => text(data.reason) },
  AssetRetired: { label: 'Retired', tone: 'gray', describe: (data) => text(data.reason) },
  AlertRaised: { label: 'Alert raised', tone: 'red', describe: (data) => text(data.title) },
};

/** A domain event in a reader's words. An unknown type is still shown, by its name. */
export function eventInWords(type: string, data: unknown): { label: string; tone: Tone; detail?: string } {
  const words = EVENTS[type];
  if (!words) return { label: inWords(type), tone: 'gray' };
  const detail = typeof data === 'object' && data !== null ? words.describe?.(data as EventData) : undefined;
  return { label: words.label, tone: words.tone, detail };
}

/** `user:…`, `client:…`, `device:…` or `system:…` as words. */
export function actorInWords(actor: string): string {
  const [kind, ...rest] = actor.split(':');
  const id = rest.join(':');
  if (!id) return actor;
  const shortId = /^[0-9a-f-]{36}$/.test(id) ? id.slice(0, 8) : id;
  return `${kind} ${shortId}`;
}
