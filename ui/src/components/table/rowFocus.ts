import type { KeyboardEvent, MouseEvent } from 'react';

const LINK_SELECTOR = '[data-row-link]';
const INTERACTIVE = 'a, button, input, select, textarea, label';

/** Up, down, home and end (and j, k) go from row to row; Enter is the link's own. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  // A dialog that a row opened is not in the row, but its keys bubble through the component that opened it.
  if (!event.currentTarget.contains(event.target as Node)) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>(LINK_SELECTOR)];
  const row = (event.target as HTMLElement).closest('[data-row]');
  const here = links.findIndex((link) => row?.contains(link));
  const target = destination(event.key, here, links.length);
  if (target === undefined) return;
  event.preventDefault();
  links[target]?.focus();
}

function destination(key: string, here: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return Math.min(here + 1, count - 1);
    case 'ArrowUp':
    case 'k':
      return Math.max(here - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/** A click anywhere on a row opens it, unless it hit something with a meaning of its own or selected text. */
export function openRow(event: MouseEvent<HTMLElement>): void {
  if (!event.currentTarget.contains(event.target as Node)) return;
  if ((event.target as HTMLElement).closest(INTERACTIVE)) return;
  if (window.getSelection()?.toString()) return;
  const link = event.currentTarget.querySelector<HTMLElement>(LINK_SELECTOR);
  const { ctrlKey, metaKey, shiftKey } = event;
  link?.dispatchEvent(
    new window.MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }),
  );
}
