import type { KeyboardEvent } from 'react';

/** Marks the fields that a scanner fills, one after the other. */
export const SCANNED = { 'data-scanned': true } as const;

function scannedFields(group: HTMLElement): HTMLInputElement[] {
  return [...group.querySelectorAll<HTMLInputElement>('[data-scanned]')];
}

function goTo(field: HTMLInputElement): void {
  field.focus();
  // What is scanned next replaces what a field holds already.
  if (field.type !== 'date') field.select();
}

/**
 * Scanners end each code with Enter: it goes on to the next field, and after the last one the line is complete.
 * A field that must be filled is not left empty.
 */
export function goOnAtEnter(event: KeyboardEvent<HTMLElement>, onLast: () => void): void {
  if (event.key !== 'Enter') return;
  const fields = scannedFields(event.currentTarget);
  const here = fields.indexOf(event.target as HTMLInputElement);
  const field = fields[here];
  if (!field) return;
  event.preventDefault();
  if (field.required && field.value.trim() === '') return;
  const next = fields[here + 1];
  if (next) goTo(next);
  else onLast();
}

/** Back to the first field, for the next line. */
export function goToFirst(group: HTMLElement | null): void {
  const [first] = group ? scannedFields(group) : [];
  if (first) goTo(first);
}
