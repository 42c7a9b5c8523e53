import { describe, expect, test } from 'vitest';
import { commandsOf } from './reservationCommands';

const quiet = { waits: false };

describe('what can be done with a reservation', () => {
  test('a promise goes from the hold to the shipment, and can be given up until it leaves', () => {
    expect(commandsOf({ status: 'Held', ...quiet })).toEqual(['confirm', 'release']);
    expect(commandsOf({ status: 'Confirmed', ...quiet })).toEqual(['pick', 'release']);
    expect(commandsOf({ status: 'Picked', ...quiet })).toEqual(['pack', 'ship', 'release']);
    expect(commandsOf({ status: 'Packed', ...quiet })).toEqual(['ship', 'release']);
  });

  test('what has ended takes no command, unless a part of it still waits', () => {
    for (const status of ['Shipped', 'Released', 'Expired', 'Rejected']) {
      expect(commandsOf({ status, ...quiet })).toEqual([]);
    }
    expect(commandsOf({ status: 'Shipped', waits: true })).toEqual(['release']);
  });
});
