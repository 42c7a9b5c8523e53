import { Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { Panel } from '@/components/Panel';
import { PageHeader } from '@/components/PageHeader';
import { ProblemNotice } from '@/components/ProblemNotice';

interface ListPageProps {
  title: string;
  /** The ways to sister pages, between the title and the list. */
  tabs?: ReactNode;
  actions?: ReactNode;
  filters: ReactNode;
  table: ReactNode;
  pager: ReactNode;
  query: { isFetching: boolean; isPending: boolean; error: unknown; data: unknown; refetch: () => unknown };
}

/** The frame that all lists share: filters above, rows, and the pager beneath. */
export function ListPage({ title, tabs, actions, filters, table, pager, query }: ListPageProps) {
  const refreshFailed = query.error !== null && query.data !== undefined;
  return (
    <>
      <PageHeader
        title={title}
        actions={actions}
        badges={
          query.isFetching && !query.isPending ? <Loader size={14} aria-label="Refreshing" /> : undefined
        }
      />
      {tabs}
      {refreshFailed && <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />}
      <Panel flush>
        {filters}
        <div style={{ borderTop: '1px solid var(--hairline)' }}>{table}</div>
        <div style={{ borderTop: '1px solid var(--hairline)' }}>{pager}</div>
      </Panel>
    </>
  );
}
