import { IconTicketOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { DataTable } from '@/components/table/DataTable';
import { ChoiceFilter, FilterBar, TextFilter } from '@/components/table/FilterBar';
import { ListPage } from '@/components/table/ListPage';
import { Pager } from '@/components/table/Pager';
import { PAGE_LIMIT } from '@/components/table/limits';
import { usePagedSearch } from '@/components/table/usePagedSearch';
import { RESERVATION_STATUSES, statusChoices } from '@/domain/status';
import { InventoryTabs } from '../shared/InventoryTabs';
import { orderNameQuery, reservationListQuery } from '../shared/queries';
import { reservationColumns } from './columns';
import { reservationVariables, type ReservationFilters } from './filters';

const route = getRouteApi('/protected/reservations');
const STATUS_CHOICES = statusChoices(RESERVATION_STATUSES);

/** The page of the list. Orders are known by their numbers, and reservations know them by their ids. */
function useReservations(filters: ReservationFilters) {
  const { order = '' } = filters;
  const named = useQuery({ ...orderNameQuery(order), enabled: order !== '' });
  const orderId = order === '' ? undefined : (named.data?.order?.id ?? order);
  return useQuery({
    ...reservationListQuery(reservationVariables(filters, orderId, PAGE_LIMIT)),
    enabled: order === '' || !named.isPending,
  });
}

/** What is promised to whom, the newest first. */
export function ReservationsPage() {
  const filters = route.useSearch();
  const paging = usePagedSearch(filters);
  const query = useReservations(filters);
  const isFiltered = Boolean(filters.status ?? filters.site ?? filters.order);
  const rows = query.data?.items;
  return (
    <ListPage
      title="Reservations"
      tabs={<InventoryTabs />}
      query={query}
      filters={
        <FilterBar
          isFiltered={isFiltered}
          onClear={() => paging.filter({ status: undefined, site: undefined, order: undefined })}
        >
          <TextFilter
            label="Order"
            isPageSearch
            width={200}
            value={filters.order}
            onChange={(order) => paging.filter({ order })}
          />
          <ChoiceFilter
            label="Any state"
            choices={STATUS_CHOICES}
            value={filters.status}
            onChange={(status) => paging.filter({ status: status as ReservationFilters['status'] })}
          />
          <TextFilter label="Site" value={filters.site} onChange={(site) => paging.filter({ site })} />
        </FilterBar>
      }
      table={
        <DataTable
          label="Reservations"
          columns={reservationColumns}
          rows={rows}
          rowKey={({ id }) => id}
          query={query}
          empty={
            <EmptyState
              icon={IconTicketOff}
              title={isFiltered ? 'No reservation fits these filters' : 'Nothing is promised yet'}
              hint={
                isFiltered
                  ? 'Take a filter away to see more.'
                  : 'An order that asks for goods in stock is promised them as soon as it is placed.'
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
