import { Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { ProblemNotice } from '@/components/ProblemNotice';
import { RowCards } from './RowCards';
import { RowTable } from './RowTable';
import type { Column } from './columns';

/** What a query of TanStack Query says about itself, as far as a table shows it. */
interface QueryState {
  isPending: boolean;
  isPlaceholderData: boolean;
  error: unknown;
  refetch: () => unknown;
}

interface DataTableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  rowKey: (row: Row) => string;
  query: QueryState;
  empty: ReactNode;
}

const NARROW = '(max-width: 48em)';
const SKELETON_ROWS = 10;

function LoadingRows() {
  return (
    <div role="status" aria-label="Loading" style={{ padding: 'var(--mantine-spacing-md)' }}>
      {Array.from({ length: SKELETON_ROWS }, (_, index) => (
        <Skeleton key={index} height={18} mb={20} radius="sm" width={`${96 - (index % 4) * 7}%`} />
      ))}
    </div>
  );
}

/** Rows of a server-paged list: a table where there is room, cards on a phone, and every state between. */
export function DataTable<Row>({ label, columns, rows, rowKey, query, empty }: DataTableProps<Row>) {
  const isNarrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  if (query.error && !rows) {
    return (
      <div style={{ padding: 'var(--mantine-spacing-md)' }}>
        <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  if (query.isPending || !rows) return <LoadingRows />;
  if (rows.length === 0) return <>{empty}</>;
  const Rows = isNarrow ? RowCards : RowTable;
  return (
    <Rows label={label} columns={columns} rows={rows} rowKey={rowKey} isOutdated={query.isPlaceholderData} />
  );
}
