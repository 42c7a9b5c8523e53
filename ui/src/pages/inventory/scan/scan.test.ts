import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { KeyboardEvent } from 'react';
import { ProblemError } from '@/api/problem';
import { goOnAtEnter, goToFirst } from './goOnAtEnter';
import { faultsOfLine, isComplete, isStarted } from './lines';

function enter(onLast: () => void): void {
  const group = document.querySelector('form') as HTMLElement;
  const event = {
    key: 'Enter',
    currentTarget: group,
    target: document.activeElement,
    preventDefault: vi.fn(),
  };
  goOnAtEnter(event as unknown as KeyboardEvent<HTMLElement>, onLast);
}

function focused(): string {
  return document.activeElement?.id ?? '';
}

describe('a scanner that ends each code with Enter', () => {
  const onLast = vi.fn();

  beforeEach(() => {
    onLast.mockClear();
    document.body.innerHTML =
      '<form><input id="sku" required data-scanned><input id="unit"><input id="lot" data-scanned></form>';
    goToFirst(document.querySelector('form'));
  });

  test('goes to the next field that is scanned, and past the others', () => {
    document.querySelector<HTMLInputElement>('#sku')!.value = 'VAC-1';
    enter(onLast);
    expect(focused()).toBe('lot');
    expect(onLast).not.toHaveBeenCalled();
  });

  test('does not leave a field empty that must be filled', () => {
    enter(onLast);
    expect(focused()).toBe('sku');
  });

  test('completes the line after its last field, filled or not', () => {
    document.querySelector<HTMLInputElement>('#lot')!.focus();
    enter(onLast);
    expect(onLast).toHaveBeenCalledOnce();
  });
});

describe('a line that is filled in', () => {
  test('is complete with goods and a quantity; only a count may find nothing', () => {
    expect(isComplete({ sku: 'VAC-1', value: '12' }, false)).toBe(true);
    expect(isComplete({ sku: 'VAC-1', value: '0' }, false)).toBe(false);
    expect(isComplete({ sku: 'VAC-1', value: '0' }, true)).toBe(true);
    expect(isComplete({ sku: ' ', value: '12' }, true)).toBe(false);
    expect(isComplete({ sku: 'VAC-1', value: 'VAC-1' }, true)).toBe(false);
  });

  test('is started by any field but the unit, which has a value of its own', () => {
    expect(isStarted({ sku: '', unit: 'EA', lot: '' })).toBe(false);
    expect(isStarted({ sku: '', unit: 'EA', lot: 'L-1' })).toBe(true);
  });

  test('is told its own faults, and not those of line 12 beside those of line 1', () => {
    const fault = (field: string) => ({ field, code: 'code-charset', message: field });
    const errors = [fault('lines[1].sku'), fault('lines[12].lot'), fault('site')];
    const error = new ProblemError({ type: 'about:blank', title: 'Not valid', status: 422, errors });
    expect(faultsOfLine(error, 1).map(({ message }) => message)).toEqual(['lines[1].sku']);
    expect(faultsOfLine(null, 1)).toEqual([]);
  });
});
