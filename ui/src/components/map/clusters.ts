import type { ShipmentsOnTheMoveQuery } from '@/generated/graphql';
import type { LonLat } from './world';

export type MapShipment = ShipmentsOnTheMoveQuery['overview']['inTransit'][number];

export interface Cluster {
  position: LonLat;
  shipments: MapShipment[];
}

/** How near two marks may be on the unmagnified map: about the width of a mark with a number in it. */
const NEAR_DEGREES = 8;
/** From this magnification on each place is a mark of its own, however near the next one is. */
const APART_FROM_ZOOM = 12;
/** Nearer than this is the same place: such marks would hide each other at every magnification. */
const SAME_PLACE_DEGREES = 0.0001;

/**
 * Gathers shipments that would be drawn over each other at this magnification: each goes to the first cluster
 * that is near it. The centre of a cluster is its first shipment, so that clusters do not wander into each
 * other as they grow.
 */
export function clusterShipments(shipments: MapShipment[], zoom: number): Cluster[] {
  const near = zoom >= APART_FROM_ZOOM ? SAME_PLACE_DEGREES : NEAR_DEGREES / zoom;
  const clusters: Cluster[] = [];
  for (const shipment of shipments) {
    const location = shipment.currentLocation;
    if (!location) continue;
    const position: LonLat = [location.longitude, location.latitude];
    const home = clusters.find((cluster) => isNear(cluster.position, position, near));
    if (home) home.shipments.push(shipment);
    else clusters.push({ position, shipments: [shipment] });
  }
  return clusters;
}

function isNear(one: LonLat, other: LonLat, near: number): boolean {
  return Math.hypot(one[0] - other[0], one[1] - other[1]) < near;
}

/** The worst state among the shipments decides how a cluster looks. */
export function worstTone(shipments: MapShipment[]): 'red' | 'orange' | 'blue' {
  if (shipments.some(({ late }) => late)) return 'red';
  return shipments.some(({ status }) => status === 'DELAYED') ? 'orange' : 'blue';
}
