import { emptyBatch, foldInto, type LiveBatch } from './batch';
import type { LiveMessage } from './messages';

/** The page is redrawn at most this often, however many messages arrive. */
const FLUSH_INTERVAL_MS = 200;
/** The first message after a quiet time waits only for its companions of the same frame. */
const FIRST_FLUSH_MS = 16;

/** Gathers messages and hands them over in batches: soon when it is quiet, at a steady pace in a burst. */
export function createCoalescer(flush: (batch: LiveBatch) => void) {
  let batch = emptyBatch();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastFlushAt = 0;

  function flushNow(): void {
    const full = batch;
    batch = emptyBatch();
    timer = null;
    lastFlushAt = Date.now();
    flush(full);
  }

  return {
    add(message: LiveMessage): void {
      foldInto(batch, message);
      if (timer !== null) return;
      const sinceLastFlush = Date.now() - lastFlushAt;
      timer = setTimeout(flushNow, Math.max(FIRST_FLUSH_MS, FLUSH_INTERVAL_MS - sinceLastFlush));
    },
    stop(): void {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      batch = emptyBatch();
    },
  };
}
