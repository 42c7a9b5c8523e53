import { describe, expect, test } from 'vitest';
import { formatMoney, formatPlace, formatSpan, inWords } from './format';

describe('places and words for readers', () => {
  test('a place is told by its nearest name and its country, and a missing one says so', () => {
    expect(formatPlace({ city: 'Basel', country: 'CH' })).toBe('Basel, CH');
    expect(formatPlace({ name: 'Hub', country: 'US' })).toBe('Hub, US');
    expect(formatPlace({ country: 'Nigeria' })).toBe('Nigeria');
    expect(formatPlace(null)).toBe('not captured');
  });

  test('amounts of money keep every digit, and have two decimals or none', () => {
    expect(formatMoney({ amount: '35574.5', currency: 'EUR' })).toBe('35,574.50 EUR');
    expect(formatMoney({ amount: '1162428918.98', currency: 'USD' })).toBe('1,162,428,918.98 USD');
    expect(formatMoney({ amount: '1737', currency: 'USD' })).toBe('1,737 USD');
  });

  test('a span is told in its largest unit, up to years', () => {
    expect(formatSpan(90_000)).toBe('2 min');
    expect(formatSpan(7_010 * 86_400_000)).toBe('19 years');
  });

  test('identifiers of both interfaces become words', () => {
    expect(inWords('ReeferContainer')).toBe('Reefer container');
    expect(inWords('OUT_FOR_DELIVERY')).toBe('Out for delivery');
  });
});
