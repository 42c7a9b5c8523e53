import { IconReceiptOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { DataTable } from '@/components/table/DataTable';
import { ChoiceFilter, DaysFilter, FilterBar, TextFilter } from '@/components/table/FilterBar';
import { ListPage } from '@/components/table/ListPage';
import { Pager } from '@/components/table/Pager';
import { PAGE_LIMIT } from '@/components/table/limits';
import { usePagedSearch } from '@/components/table/usePagedSearch';
import { ORDER_STATUSES, statusChoices } from '@/domain/status';
import type { OrderStatus } from '@/generated/graphql';
import { orderColumns } from './columns';
import { orderVariables } from './filters';
import { orderListQuery } from './queries';

const route = getRouteApi('/protected/orders');
const STATUS_CHOICES = statusChoices(ORDER_STATUSES);

export function OrdersPage() {
  const filters = route.useSearch();
  const paging = usePagedSearch(filters);
  const query = useQuery(orderListQuery(orderVariables(filters, PAGE_LIMIT)));
  const { after: _after, page: _page, ...chosen } = filters;
  const isFiltered = Object.values(chosen).some((value) => value !== undefined);
  const clear = () =>
    paging.filter({
      status: undefined,
      country: undefined,
      number: undefined,
      from: undefined,
      to: undefined,
    });
  const page = query.data?.orderPage;

  return (
    <ListPage
      title="Orders"
      query={query}
      filters={
        <FilterBar isFiltered={isFiltered} onClear={clear}>
          <TextFilter
            label="Order number"
            isPageSearch
            width={200}
            value={filters.number}
            onChange={(number) => paging.filter({ number })}
          />
          <ChoiceFilter
            label="Any state"
            choices={STATUS_CHOICES}
            value={filters.status}
            onChange={(status) => paging.filter({ status: status as OrderStatus | undefined })}
          />
          <TextFilter
            label="Country"
            value={filters.country}
            onChange={(country) => paging.filter({ country })}
          />
          <DaysFilter
            label="Ordered between"
            from={filters.from}
            to={filters.to}
            onChange={({ from, to }) => paging.filter({ from, to })}
          />
        </FilterBar>
      }
      table={
        <DataTable
          label="Orders"
          columns={orderColumns}
          rows={page?.items}
          rowKey={({ id }) => id}
          query={query}
          empty={
            <EmptyState
              icon={IconReceiptOff}
              title={isFiltered ? 'No order fits these filters' : 'There are no orders yet'}
              hint={
                isFiltered
                  ? 'Take a filter away to see more.'
                  : 'They appear here as soon as one is placed or a file is imported.'
              }
            />
          }
        />
      }
      pager={
        <Pager
          paging={paging}
          limit={PAGE_LIMIT}
          shown={page?.items.length ?? 0}
          total={page?.total}
          next={page?.next}
        />
      }
    />
  );
}
