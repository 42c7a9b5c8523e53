import type { ReactNode } from 'react';

/** One column of a table, and one line of the card that a row becomes on a phone. */
export interface Column<Row> {
  key: string;
  header: string;
  render: (row: Row) => ReactNode;
  align?: 'left' | 'right';
  width?: string | number;
  /** Left out of the table on screens narrower than this; the card still has it. */
  hideBelow?: 'md' | 'lg' | 'xl';
  /** How the card shows it: as a badge beside the title, as a line, or not at all. */
  card?: 'badge' | 'line' | 'hide';
}

/** Marks the link or button by which a row is opened, for the keyboard and for a click anywhere on the row. */
export const ROW_LINK = { 'data-row-link': true } as const;
