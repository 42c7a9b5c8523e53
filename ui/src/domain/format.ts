/**
 * Times are shown in UTC everywhere: promises and lateness are decided by UTC calendar days, and a control
 * room that spans time zones needs one clock. The reader's own time is in the tooltip (see TimeText).
 */
const LOCALE = 'en-GB';

const dayFormat = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const minuteFormat = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const secondFormat = new Intl.DateTimeFormat(LOCALE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});
const localFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'long' });
const numberFormat = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 });
const compactFormat = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365.25 * DAY;

function isWholeDay(date: Date): boolean {
  return date.getTime() % DAY === 0;
}

/** The UTC day, for example `4 Aug 2009`. */
export function formatDay(iso: string): string {
  return dayFormat.format(new Date(iso));
}

/** Day and minute in UTC; only the day where the source knew no more than the day. */
export function formatTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  if (isWholeDay(date)) return dayFormat.format(date);
  return `${dayFormat.format(date)}, ${minuteFormat.format(date)}`;
}

/** The time of day in UTC to the second. */
export function formatClock(instant: string | number): string {
  return secondFormat.format(new Date(instant));
}

/** The moment on the reader's own clock, with its zone. */
export function formatLocal(iso: string): string {
  return localFormat.format(new Date(iso));
}

/** The length of a time span in its largest whole unit. */
export function formatSpan(milliseconds: number): string {
  const span = Math.abs(milliseconds);
  if (span < MINUTE) return `${Math.round(span / SECOND)} s`;
  if (span < HOUR) return `${Math.round(span / MINUTE)} min`;
  if (span < 2 * DAY) return `${Math.round(span / HOUR)} h`;
  if (span < 2 * YEAR) return `${Math.round(span / DAY)} d`;
  return `${Math.round(span / YEAR)} years`;
}

/** How long ago, or how far ahead, a moment is. */
export function formatRelative(iso: string, now: number = Date.now()): string {
  const distance = now - new Date(iso).getTime();
  if (Math.abs(distance) < 5 * SECOND) return 'just now';
  return distance > 0 ? `${formatSpan(distance)} ago` : `in ${formatSpan(distance)}`;
}

export function formatNumber(value: number | string): string {
  return numberFormat.format(Number(value));
}

/** A number short enough for a tile: `12.4k`. */
export function formatCompact(value: number): string {
  return Math.abs(value) < 100_000 ? numberFormat.format(value) : compactFormat.format(value).toLowerCase();
}

export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/**
 * Amount and currency. The decimal string is grouped as text, so no digit is lost to floating point; a single
 * decimal gets its zero, for `35,574.5` reads like a slip.
 */
export function formatMoney(money: { amount: string; currency: string }): string {
  const amount = money.amount.replace(/\.(\d)$/, '.$10');
  return `${groupDigits(amount)} ${money.currency}`;
}

const UNIT_WORDS: Record<string, string> = {
  EA: 'pcs',
  XPK: 'packs',
  KGM: 'kg',
  Cel: '°C',
  P1: '%',
  'm/s2': 'm/s²',
  HPA: 'hPa',
  KMH: 'km/h',
  '1': '',
};

/** The everyday symbol of a unit code. */
export function unitSymbol(unit: string): string {
  return UNIT_WORDS[unit] ?? unit;
}

/** Units of the signals that readers know by heart; others are told in the alert's own words. */
const SIGNAL_UNITS: Record<string, string> = { temperature: 'Cel', humidity: 'P1' };

/** The symbol of the unit that a signal is measured in, or nothing. */
export function signalUnit(signal: string): string {
  return unitSymbol(SIGNAL_UNITS[signal] ?? '1');
}

export function formatQuantity(quantity: { value: string | number; unit: string }): string {
  return `${groupDigits(String(quantity.value))} ${unitSymbol(quantity.unit)}`.trim();
}

function groupDigits(decimal: string): string {
  const [whole = '', fraction] = decimal.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction ? `${grouped}.${fraction}` : grouped;
}

interface Place {
  name?: string | null;
  city?: string | null;
  country: string;
}

/** The shortest name that tells a place: city and country, or the site and its country. */
export function formatPlace(place: Place | null | undefined): string {
  if (!place) return 'not captured';
  const nearest = place.city ?? place.name;
  return nearest && nearest !== place.country ? `${nearest}, ${place.country}` : place.country;
}

/** `ReeferContainer` or `IN_TRANSIT` as words: `Reefer container`, `In transit`. */
export function inWords(identifier: string): string {
  const spaced = identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/_/g, ' ')
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
