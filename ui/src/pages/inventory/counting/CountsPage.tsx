import { Button, Checkbox } from '@mantine/core';
import { IconClipboardList, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMay } from '@/app/useMe';
import { EmptyState } from '@/components/EmptyState';
import { DataTable } from '@/components/table/DataTable';
import { FilterBar } from '@/components/table/FilterBar';
import { ListPage } from '@/components/table/ListPage';
import { Pager } from '@/components/table/Pager';
import { PAGE_LIMIT } from '@/components/table/limits';
import { usePagedSearch } from '@/components/table/usePagedSearch';
import { InventoryTabs } from '../shared/InventoryTabs';
import { countListQuery } from '../shared/queries';
import { countColumns } from './columns';

const route = getRouteApi('/protected/counts');

function NewCount() {
  const mayWrite = useMay('inventory:write');
  if (!mayWrite) return null;
  return (
    <Button component={Link} to="/counts/new" leftSection={<IconPlus size={16} />}>
      New count
    </Button>
  );
}

/** What was counted, and which counts wait for somebody to agree. */
export function CountsPage() {
  const filters = route.useSearch();
  const paging = usePagedSearch(filters);
  const { open, after } = filters;
  const query = useQuery(countListQuery({ open, after, limit: PAGE_LIMIT }));
  const rows = query.data?.items;
  return (
    <ListPage
      title="Counting"
      tabs={<InventoryTabs />}
      actions={<NewCount />}
      query={query}
      filters={
        <FilterBar isFiltered={open !== undefined} onClear={() => paging.filter({ open: undefined })}>
          <Checkbox
            label="Waiting for an approval"
            checked={open ?? false}
            onChange={(event) => paging.filter({ open: event.currentTarget.checked || undefined })}
          />
        </FilterBar>
      }
      table={
        <DataTable
          label="Counts"
          columns={countColumns}
          rows={rows}
          rowKey={({ id }) => id}
          query={query}
          empty={
            <EmptyState
              icon={IconClipboardList}
              title={open ? 'No count waits for an approval' : 'Nothing was counted yet'}
            />
          }
        />
      }
      pager={
        <Pager
          paging={paging}
          limit={PAGE_LIMIT}
          shown={rows?.length ?? 0}
          total={undefined}
          next={query.data?.next}
        />
      }
    />
  );
}
