import { addDecimals } from './decimal';
import { inWords } from './format';

export interface Amount {
  value: string;
  unit: string;
}

/** Stock whose first lot can no longer be used after this many days is worth a badge. */
export const EXPIRING_WITHIN_DAYS = 30;
const DAY_MS = 86_400_000;

/** Today as UTC's calendar says it, which decides what has expired. */
export function today(now: number = Date.now()): string {
  return new Date(now).toISOString().slice(0, 10);
}

export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

export type Expiry = 'expired' | 'soon' | 'later';

/** A lot can be used on its last day, and no longer on the day after. */
export function expiryOf(lastDay: string | null | undefined, now: string): Expiry {
  if (!lastDay) return 'later';
  if (lastDay < now) return 'expired';
  return lastDay <= daysAfter(now, EXPIRING_WITHIN_DAYS) ? 'soon' : 'later';
}

interface Figures {
  available: Amount;
  backordered: Amount;
  reorderPoint?: Amount | null;
}

/** Less may be promised than the reorder point says there should be. */
export function isLow({ available, reorderPoint }: Figures): boolean {
  return Boolean(reorderPoint) && Number(available.value) < Number(reorderPoint?.value);
}

/** Orders wait for it. */
export function isShort({ backordered }: Figures): boolean {
  return Number(backordered.value) > 0;
}

/** The sum of amounts of one item, which are all in the item's own unit. */
export function totalOf(amounts: Amount[]): Amount {
  return { value: addDecimals(amounts.map(({ value }) => value)), unit: amounts[0]?.unit ?? '' };
}

interface LedgerPlace {
  account: string;
  site?: string | null;
  bin?: string | null;
  condition?: string;
}

/** `Storage BSL-01 · A-01-03, quarantined`. A condition is only worth words where it is not the usual one. */
export function placeInWords({ account, site, bin, condition = 'Available' }: LedgerPlace): string {
  const at = [inWords(account), site].filter(Boolean).join(' ');
  const where = bin ? `${at} · ${bin}` : at;
  return condition === 'Available' ? where : `${where}, ${condition.toLowerCase()}`;
}

/** What a movement does to the goods of a site: they come, they go, or they stay. */
export function directionAt(
  site: string,
  { from, to }: { from: LedgerPlace; to: LedgerPlace },
): 'in' | 'out' | 'within' {
  const [leaves, arrives] = [from.site === site, to.site === site];
  if (leaves === arrives) return 'within';
  return arrives ? 'in' : 'out';
}
