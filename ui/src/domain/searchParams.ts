/** What every paged list keeps in the address besides its own filters. */
export interface PageParams {
  /** The cursor of the page; none for the first. */
  after?: string;
  /** Which page that is, from 1, for the reader. */
  page?: number;
}

export type RawSearch = Record<string, unknown>;

/** A text of the address. The router reads `?number=42` as a number; it is a text all the same. */
export function readText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function readChoice<Choice extends string>(
  value: unknown,
  choices: readonly Choice[],
): Choice | undefined {
  return choices.find((choice) => choice === value);
}

export function readFlag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** A day as `2026-11-21`. */
export function readDay(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
}

export function readPage(search: RawSearch): PageParams {
  const after = readText(search.after);
  const page = typeof search.page === 'number' && search.page > 1 ? Math.floor(search.page) : undefined;
  return after ? { after, page } : {};
}

/** The first moment of a UTC day. */
export function dayStart(day: string | undefined): string | undefined {
  return day && `${day}T00:00:00Z`;
}

/** The last moment of a UTC day. */
export function dayEnd(day: string | undefined): string | undefined {
  return day && `${day}T23:59:59.999Z`;
}
