const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;

/**
 * How long to wait before connection attempt `attempt` (from 0): doubling, with full jitter so that all the
 * open pages of a site do not come back at the same moment after a restart.
 */
export function reconnectDelay(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}
