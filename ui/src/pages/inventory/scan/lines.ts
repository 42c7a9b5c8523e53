import { asProblem, type Fault } from '@/api/problem';
import { isDecimal, isZero } from '@/domain/decimal';

/** What of a line must be there before it can be sent: which goods, and how many. */
interface Countable {
  sku: string;
  value: string;
}

export function isStarted(line: Record<string, string>): boolean {
  return Object.entries(line).some(([field, text]) => field !== 'unit' && text.trim() !== '');
}

/** Goods can be counted and found to be none, but nobody receives nothing. */
export function isComplete(line: Countable, mayBeNone: boolean): boolean {
  const value = line.value.trim();
  return line.sku.trim() !== '' && isDecimal(value) && (mayBeNone || !isZero(value));
}

/** A text for the server, which takes no empty ones. */
export function orNothing(text: string): string | undefined {
  return text.trim() || undefined;
}

/** What the server says is wrong with one line, counted from 0. */
export function faultsOfLine(error: unknown, place: number): Fault[] {
  if (!error) return [];
  const own = new RegExp(`^lines\\[${place}\\]`);
  return asProblem(error).errors?.filter(({ field }) => field && own.test(field)) ?? [];
}

/** What keeps the lines from being sent, if anything. */
export function obstacleOf(isOpen: boolean, count: number): string | undefined {
  if (isOpen) return 'Complete the line, or empty its fields.';
  return count === 0 ? 'Scan or type the first line.' : undefined;
}
