import { describe, expect, test } from 'vitest';
import { isMissing, knownValue, missingInWords } from './captured';

describe('values that a source may have left out', () => {
  test('a bare value is known, and an object with a status is a reason', () => {
    expect(knownValue<string>('Air')).toBe('Air');
    expect(knownValue({ status: 'notCaptured' })).toBeUndefined();
    expect(knownValue(null)).toBeUndefined();
    expect(isMissing({ amount: '1', currency: 'EUR' })).toBe(false);
  });

  test('a reason is told in words, with the line that it points to', () => {
    expect(missingInWords({ status: 'notCaptured' })).toBe('not captured');
    expect(missingInWords({ status: 'recordedOnLine', line: '10589', shipmentNumber: 'DN-304' })).toBe(
      'recorded on line 10589 of DN-304',
    );
    expect(missingInWords({ status: 'other', text: 'See file' })).toBe('See file');
  });
});
