import { Checkbox } from '@mantine/core';
import { IconPackageOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { DataTable } from '@/components/table/DataTable';
import { ChoiceFilter, FilterBar, TextFilter } from '@/components/table/FilterBar';
import { ListPage } from '@/components/table/ListPage';
import { Pager } from '@/components/table/Pager';
import { PAGE_LIMIT } from '@/components/table/limits';
import { usePagedSearch } from '@/components/table/usePagedSearch';
import { today } from '@/domain/stock';
import { InventoryTabs } from '../shared/InventoryTabs';
import { stockListQuery } from '../shared/queries';
import { stockColumns } from './columns';
import { stockVariables, type StockFilters } from './filters';

const route = getRouteApi('/protected/stock');
const NO_FILTER = { site: undefined, sku: undefined, low: undefined, short: undefined, expiring: undefined };
const EXPIRING_CHOICES = [
  { value: '0', label: 'Expires today' },
  { value: '7', label: 'Within 7 days' },
  { value: '30', label: 'Within 30 days' },
  { value: '90', label: 'Within 90 days' },
];

type Paging = ReturnType<typeof usePagedSearch<StockFilters>>;

function StockFilterBar({ filters, paging }: { filters: StockFilters; paging: Paging }) {
  const { after: _after, page: _page, ...chosen } = filters;
  const isFiltered = Object.values(chosen).some((value) => value !== undefined);
  return (
    <FilterBar isFiltered={isFiltered} onClear={() => paging.filter(NO_FILTER)}>
      <TextFilter
        label="SKU begins with"
        isPageSearch
        width={200}
        value={filters.sku}
        onChange={(sku) => paging.filter({ sku })}
      />
      <TextFilter label="Site" value={filters.site} onChange={(site) => paging.filter({ site })} />
      <ChoiceFilter
        label="Any expiry"
        choices={EXPIRING_CHOICES}
        value={filters.expiring?.toString()}
        onChange={(days) => paging.filter({ expiring: days === undefined ? undefined : Number(days) })}
      />
      <Checkbox
        label="Low"
        checked={filters.low ?? false}
        onChange={(event) => paging.filter({ low: event.currentTarget.checked || undefined })}
      />
      <Checkbox
        label="Short"
        checked={filters.short ?? false}
        onChange={(event) => paging.filter({ short: event.currentTarget.checked || undefined })}
      />
    </FilterBar>
  );
}

/** What lies where, and what of it may still be promised. */
export function StockPage() {
  const filters = route.useSearch();
  const paging = usePagedSearch(filters);
  const query = useQuery(stockListQuery(stockVariables(filters, PAGE_LIMIT, today())));
  const isFiltered = Object.keys(NO_FILTER).some((key) => filters[key as keyof StockFilters] !== undefined);
  const rows = query.data?.items;
  return (
    <ListPage
      title="Inventory"
      tabs={<InventoryTabs />}
      query={query}
      filters={<StockFilterBar filters={filters} paging={paging} />}
      table={
        <DataTable
          label="Stock"
          columns={stockColumns}
          rows={rows}
          rowKey={({ id }) => id}
          query={query}
          empty={
            <EmptyState
              icon={IconPackageOff}
              title={isFiltered ? 'No stock fits these filters' : 'There is no stock yet'}
              hint={
                isFiltered
                  ? 'Take a filter away to see more.'
                  : 'It appears here as soon as goods are received or expected.'
              }
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
