import { expect, test } from 'vitest';
import { varianceInWords } from './variance';

test('a variance is told with its sign and its share of the books', () => {
  expect(varianceInWords({ expected: '1250', variance: '-150', unit: 'EA' })).toBe('−150 pcs (12.0%)');
  expect(varianceInWords({ expected: '0', variance: '20', unit: 'EA' })).toBe('+20 pcs');
  expect(varianceInWords({ expected: '20', variance: '0', unit: 'EA' })).toBe('as expected');
});
