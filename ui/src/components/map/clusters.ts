import type { ShipmentsOnTheMoveQuery } from '@/generated/graphql';
import type { LonLat } from './world';

export type MapShipment = ShipmentsOnTheMoveQuery['overview']['inTransit'][number];

export interface Cluster {
  position: LonLat;
  shipments: MapShipment[];
}

/** The width of a cell on the unmagnified map: about the width of a mark with a number in it. */
const CELL_DEGREES = 5;
/** From this magnification on each shipment is a mark of its own, however near the next one is. */
const APART_FROM_ZOOM = 12;

/** Gathers shipments that would be drawn over each other at this magnification. */
export function clusterShipments(shipments: MapShipment[], zoom: number): Cluster[] {
  const cell = zoom >= APART_FROM_ZOOM ? 0.0001 : CELL_DEGREES / zoom;
  const cells = new Map<string, MapShipment[]>();
  for (const shipment of shipments) {
    const location = shipment.currentLocation;
    if (!location) continue;
    const name = `${Math.floor(location.longitude / cell)}:${Math.floor(location.latitude / cell)}`;
    const members = cells.get(name);
    if (members) members.push(shipment);
    else cells.set(name, [shipment]);
  }
  return [...cells.values()].map((members) => ({ position: centre(members), shipments: members }));
}

function centre(members: MapShipment[]): LonLat {
  let longitude = 0;
  let latitude = 0;
  for (const { currentLocation } of members) {
    longitude += currentLocation?.longitude ?? 0;
    latitude += currentLocation?.latitude ?? 0;
  }
  return [longitude / members.length, latitude / members.length];
}

/** The worst state among the shipments decides how a cluster looks. */
export function worstTone(shipments: MapShipment[]): 'red' | 'orange' | 'blue' {
  if (shipments.some(({ late }) => late)) return 'red';
  return shipments.some(({ status }) => status === 'DELAYED') ? 'orange' : 'blue';
}
