import { describe, expect, test } from 'vitest';
import { commandsOf } from './reservationCommands';

const quiet = { waits: false, isPicked: false };

describe('what can be done with a reservation', () => {
  test('a promise goes from the hold to the shipment, and can be given up until it is picked', () => {
    expect(commandsOf({ status: 'Held', ...quiet })).toEqual(['confirm', 'release']);
    expect(commandsOf({ status: 'Confirmed', ...quiet })).toEqual(['pick', 'release']);
    expect(commandsOf({ status: 'Confirmed', waits: false, isPicked: true })).toEqual(['pick']);
    expect(commandsOf({ status: 'Picked', waits: false, isPicked: true })).toEqual(['pack', 'ship']);
    expect(commandsOf({ status: 'Packed', waits: false, isPicked: true })).toEqual(['ship']);
  });

  test('what has ended takes no command, unless a part of it still waits', () => {
    for (const status of ['Shipped', 'Released', 'Expired', 'Rejected']) {
      expect(commandsOf({ status, ...quiet })).toEqual([]);
    }
    expect(commandsOf({ status: 'Shipped', waits: true, isPicked: false })).toEqual(['release']);
  });
});
