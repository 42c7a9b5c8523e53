import { describe, expect, test } from 'vitest';
import { readSkuAddress, readStockFilters, stockVariables } from './filters';

describe('the filters of the stock in the address', () => {
  test('goods that expire within so many days include those of the last of these days', () => {
    const variables = stockVariables(readStockFilters({ expiring: 0, low: true }), 25, '2026-11-21');
    expect(variables).toEqual({ expiringBefore: '2026-11-22', low: true, limit: 25 });
  });

  test('what makes no sense is not asked for', () => {
    const filters = readStockFilters({ expiring: -3, low: 'perhaps', site: '' });
    expect(Object.values(filters).every((value) => value === undefined)).toBe(true);
  });

  test('a SKU of digits is a text', () => {
    expect(readSkuAddress({ sku: 4711 })).toEqual({ sku: '4711', site: undefined });
  });
});
