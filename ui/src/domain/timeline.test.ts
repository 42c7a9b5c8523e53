import { describe, expect, test } from 'vitest';
import { timelineItems } from './timeline';

function event(id: string, type: string, occurredAt = '2026-01-01T00:00:00Z') {
  return { id, type, occurredAt, recordedAt: '2026-01-02T00:00:00Z', actor: 'system:test', data: {} };
}

describe('what happened, for readers', () => {
  test('the last thing written down comes first, whenever it happened', () => {
    const items = timelineItems([
      event('1', 'ShipmentBooked', '2026-01-02T00:00:00Z'),
      event('2', 'ShipmentDeparted', '2007-09-12T00:00:00Z'),
      event('3', 'ShipmentDelivered', '2007-09-12T00:00:00Z'),
    ]);
    expect(items.map((item) => item.event.id)).toEqual(['3', '2', '1']);
  });

  test('a run of positions is told once, by its last one, and other events each for itself', () => {
    const items = timelineItems([
      event('1', 'ShipmentPositionObserved'),
      event('2', 'ShipmentDelayed'),
      event('3', 'ShipmentDelayed'),
      event('4', 'ShipmentPositionObserved'),
      event('5', 'ShipmentPositionObserved'),
    ]);
    expect(items.map(({ event: told, more }) => [told.id, more])).toEqual([
      ['5', 1],
      ['3', 0],
      ['2', 0],
      ['1', 0],
    ]);
  });
});
