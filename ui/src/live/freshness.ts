import { useSyncExternalStore } from 'react';

/** How fresh an answer is: everything up to this position is in it. */
export interface AsOf {
  position: string;
  time: string;
  provisional?: boolean;
}

let latest: AsOf | null = null;
const listeners = new Set<() => void>();

/** Keeps the newest statement of freshness that any answer or live message has made. */
export function noteFreshness(asOf: AsOf): void {
  if (latest && latest.time >= asOf.time && latest.provisional === asOf.provisional) return;
  latest = asOf;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useFreshness(): AsOf | null {
  return useSyncExternalStore(subscribe, () => latest);
}
