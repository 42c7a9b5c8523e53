import { describe, expect, test } from 'vitest';
import { addDecimals, isDecimal } from './decimal';
import { daysAfter, directionAt, expiryOf, isLow, isShort, placeInWords, totalOf } from './stock';

const pieces = (value: string) => ({ value, unit: 'EA' });

describe('decimals that stay text', () => {
  test('a sum has every digit, and no more zeros than it needs', () => {
    expect(addDecimals(['0.1', '0.2'])).toBe('0.3');
    expect(addDecimals(['999999999999', '0.000001'])).toBe('999999999999.000001');
    expect(addDecimals(['1.50', '0.50'])).toBe('2');
    expect(addDecimals(['5', '-7.25'])).toBe('-2.25');
    expect(addDecimals(['-0.5', '0.25'])).toBe('-0.25');
    expect(addDecimals([])).toBe('0');
  });

  test('only plain decimals are quantities', () => {
    expect(['1', '0.5', '007'].every(isDecimal)).toBe(true);
    expect(['', '-1', '1e5', '1,5', '.5', '12 '].some(isDecimal)).toBe(false);
  });
});

describe('stock in words', () => {
  test('a total over sites keeps the unit of the item', () => {
    expect(totalOf([pieces('480'), pieces('60')])).toEqual(pieces('540'));
  });

  test('stock is low below its reorder point, not at it, and never without one', () => {
    const stock = { backordered: pieces('0'), available: pieces('20') };
    expect(isLow({ ...stock, reorderPoint: pieces('21') })).toBe(true);
    expect(isLow({ ...stock, reorderPoint: pieces('20') })).toBe(false);
    expect(isLow({ ...stock, reorderPoint: null })).toBe(false);
    expect(isShort(stock)).toBe(false);
    expect(isShort({ ...stock, backordered: pieces('0.5') })).toBe(true);
  });

  test('a lot can be used on its last day, and has expired on the next', () => {
    expect(expiryOf('2026-11-21', '2026-11-21')).toBe('soon');
    expect(expiryOf('2026-11-20', '2026-11-21')).toBe('expired');
    expect(expiryOf('2026-12-21', '2026-11-21')).toBe('soon');
    expect(expiryOf('2026-12-22', '2026-11-21')).toBe('later');
    expect(expiryOf(null, '2026-11-21')).toBe('later');
    expect(daysAfter('2028-02-28', 2)).toBe('2028-03-01');
  });

  test('a place is told by account, site and bin, and its condition only if that is not the usual one', () => {
    expect(placeInWords({ account: 'Supplier' })).toBe('Supplier');
    const place = { account: 'Storage', site: 'BSL-01', bin: 'A-01', condition: 'Quarantined' };
    expect(placeInWords(place)).toBe('Storage BSL-01 · A-01, quarantined');
  });

  test('goods come to a site, leave it, or stay in it', () => {
    const [here, there] = [{ account: 'Storage', site: 'BSL-01' }, { account: 'Supplier' }];
    expect(directionAt('BSL-01', { from: there, to: here })).toBe('in');
    expect(directionAt('BSL-01', { from: here, to: there })).toBe('out');
    expect(directionAt('BSL-01', { from: here, to: here })).toBe('within');
  });
});
