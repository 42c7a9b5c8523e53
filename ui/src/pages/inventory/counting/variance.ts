import { isZero } from '@/domain/decimal';
import { formatQuantity, formatShare } from '@/domain/format';

interface Counted {
  expected: string;
  variance: string;
  unit: string;
}

/** How far a count is from the books: `−150 pcs (12.0%)`; no share of what the books did not know. */
export function varianceInWords({ expected, variance, unit }: Counted): string {
  if (isZero(variance)) return 'as expected';
  const isLess = variance.startsWith('-');
  const amount = formatQuantity({ value: variance.replace(/^-/, ''), unit });
  const words = `${isLess ? '−' : '+'}${amount}`;
  if (isZero(expected)) return words;
  return `${words} (${formatShare(Math.abs(Number(variance) / Number(expected)))})`;
}
