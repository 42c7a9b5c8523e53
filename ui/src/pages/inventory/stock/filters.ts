import { readFlag, readPage, readText, type PageParams, type RawSearch } from '@/domain/searchParams';
import { daysAfter } from '@/domain/stock';
import type { StockVariables } from '../shared/queries';

export interface StockFilters extends PageParams {
  site?: string;
  /** What the SKU begins with. */
  sku?: string;
  low?: boolean;
  short?: boolean;
  /** Only what can no longer be used after so many days. */
  expiring?: number;
}

function readDays(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

export function readStockFilters(search: RawSearch): StockFilters {
  return {
    site: readText(search.site),
    sku: readText(search.sku),
    low: readFlag(search.low),
    short: readFlag(search.short),
    expiring: readDays(search.expiring),
    ...readPage(search),
  };
}

export function stockVariables(filters: StockFilters, limit: number, today: string): StockVariables {
  const { page: _page, expiring, ...sameInBoth } = filters;
  // The server takes the first day on which the goods need not be usable any more.
  const expiringBefore = expiring === undefined ? undefined : daysAfter(today, expiring + 1);
  return { ...sameInBoth, expiringBefore, limit };
}

/** Which SKU, and which of its sites is looked at. The SKU may hold any character, a path may not. */
export interface SkuAddress {
  sku: string;
  site?: string;
}

export function readSkuAddress(search: RawSearch): SkuAddress {
  return { sku: readText(search.sku) ?? '', site: readText(search.site) };
}
