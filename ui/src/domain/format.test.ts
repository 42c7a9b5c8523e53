import { describe, expect, test } from 'vitest';
import { formatPlace, inWords } from './format';

describe('places and words for readers', () => {
  test('a place is told by its nearest name and its country, and a missing one says so', () => {
    expect(formatPlace({ city: 'Basel', country: 'CH' })).toBe('Basel, CH');
    expect(formatPlace({ name: 'Hub', country: 'US' })).toBe('Hub, US');
    expect(formatPlace({ country: 'Nigeria' })).toBe('Nigeria');
    expect(formatPlace(null)).toBe('not captured');
  });

  test('identifiers of both interfaces become words', () => {
    expect(inWords('ReeferContainer')).toBe('Reefer container');
    expect(inWords('OUT_FOR_DELIVERY')).toBe('Out for delivery');
  });
});
