import { expect, test } from 'vitest';
import { clusterShipments, type MapShipment } from './clusters';

function seenAt(longitude: number, latitude: number): MapShipment {
  return { currentLocation: { longitude, latitude, observedAt: '2026-01-01T00:00:00Z' } } as MapShipment;
}

test('shipments whose marks would touch are one cluster, and come apart on looking closer', () => {
  const shipments = [seenAt(9.9, 0), seenAt(10.1, 0), seenAt(60, 0)];
  expect(clusterShipments(shipments, 1).map((cluster) => cluster.shipments.length)).toEqual([2, 1]);
  expect(clusterShipments(shipments, 20)).toHaveLength(3);
});

test('shipments at the very same place stay one cluster, however close one looks', () => {
  expect(clusterShipments([seenAt(1, 1), seenAt(1, 1)], 20)).toHaveLength(1);
});
