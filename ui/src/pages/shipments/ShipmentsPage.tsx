import { Checkbox } from '@mantine/core';
import { IconTruckOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { DataTable } from '@/components/table/DataTable';
import { ChoiceFilter, DaysFilter, FilterBar, TextFilter } from '@/components/table/FilterBar';
import { ListPage } from '@/components/table/ListPage';
import { Pager } from '@/components/table/Pager';
import { PAGE_LIMIT } from '@/components/table/limits';
import { usePagedSearch } from '@/components/table/usePagedSearch';
import { SHIPMENT_STATUSES, statusChoices } from '@/domain/status';
import type { ShipmentStatus } from '@/generated/graphql';
import { useRefetchEvery } from '@/live/useRefetchEvery';
import { shipmentColumns } from './columns';
import { shipmentVariables } from './filters';
import { shipmentListQuery } from './queries';

/** Shipments come, and become late, without a message that concerns this page. */
const ASK_AGAIN_MS = 10_000;
const route = getRouteApi('/protected/shipments');
const STATUS_CHOICES = statusChoices(SHIPMENT_STATUSES);

export function ShipmentsPage() {
  const filters = route.useSearch();
  const paging = usePagedSearch(filters);
  const query = useQuery(shipmentListQuery(shipmentVariables(filters, PAGE_LIMIT)));
  useRefetchEvery(query.refetch, ASK_AGAIN_MS);
  const { after: _after, page: _page, ...chosen } = filters;
  const isFiltered = Object.values(chosen).some((value) => value !== undefined);
  const clear = () =>
    paging.filter({
      status: undefined,
      carrier: undefined,
      country: undefined,
      late: undefined,
      number: undefined,
      from: undefined,
      to: undefined,
    });
  const page = query.data?.shipmentPage;

  return (
    <ListPage
      title="Shipments"
      query={query}
      filters={
        <FilterBar isFiltered={isFiltered} onClear={clear}>
          <TextFilter
            label="Shipment number"
            isPageSearch
            width={200}
            value={filters.number}
            onChange={(number) => paging.filter({ number })}
          />
          <ChoiceFilter
            label="Any state"
            choices={STATUS_CHOICES}
            value={filters.status}
            onChange={(status) => paging.filter({ status: status as ShipmentStatus | undefined })}
          />
          <TextFilter
            label="Carrier"
            value={filters.carrier}
            onChange={(carrier) => paging.filter({ carrier })}
          />
          <TextFilter
            label="Country"
            value={filters.country}
            onChange={(country) => paging.filter({ country })}
          />
          <DaysFilter
            label="Promised between"
            from={filters.from}
            to={filters.to}
            onChange={({ from, to }) => paging.filter({ from, to })}
          />
          <Checkbox
            label="Late only"
            checked={filters.late ?? false}
            onChange={(event) => paging.filter({ late: event.currentTarget.checked || undefined })}
          />
        </FilterBar>
      }
      table={
        <DataTable
          label="Shipments"
          columns={shipmentColumns}
          rows={page?.items}
          rowKey={({ id }) => id}
          query={query}
          empty={
            <EmptyState
              icon={IconTruckOff}
              title={isFiltered ? 'No shipment fits these filters' : 'There are no shipments yet'}
              hint={
                isFiltered
                  ? 'Take a filter away to see more.'
                  : 'They appear here as soon as one is booked or a file is imported.'
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
