import { useSyncExternalStore } from 'react';

/** One measurement of the platform's pulse. */
export interface PulseSample {
  time: number;
  eventRate: number;
}

const MAX_SAMPLES = 900;
const SHORTEST_INTERVAL_MS = 900;

let samples: readonly PulseSample[] = [];
const listeners = new Set<() => void>();

/** Remembers the event rate for as long as the page is open. */
export function notePulse(eventRate: number, time: number = Date.now()): void {
  const last = samples.at(-1);
  if (last && time - last.time < SHORTEST_INTERVAL_MS) return;
  samples = [...samples, { time, eventRate }].slice(-MAX_SAMPLES);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePulse(): readonly PulseSample[] {
  return useSyncExternalStore(subscribe, () => samples);
}
