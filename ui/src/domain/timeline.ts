import type { EventFieldsFragment } from '@/generated/graphql';

/** What is told as one item: an event, and those right before it of the same kind that it stands for. */
export interface TimelineItem {
  event: EventFieldsFragment;
  /** How many more events of its kind it stands for. */
  more: number;
}

/** A shipment is seen every few minutes; each place is on the map, and only the last of a run is told. */
const TOLD_AS_RUN = new Set(['ShipmentPositionObserved']);

/**
 * The items of a timeline, newest first. The order is the one in which things were written down, as the server
 * gives it: a file that tells of the past years makes a shipment today and lets it depart years ago.
 */
export function timelineItems(oldestFirst: EventFieldsFragment[]): TimelineItem[] {
  const items: TimelineItem[] = [];
  for (const event of [...oldestFirst].reverse()) {
    const above = items.at(-1);
    if (above && above.event.type === event.type && TOLD_AS_RUN.has(event.type)) above.more += 1;
    else items.push({ event, more: 0 });
  }
  return items;
}
