import { readChoice, readPage, readText, type PageParams, type RawSearch } from '@/domain/searchParams';
import { RESERVATION_STATUSES } from '@/domain/status';
import type { ReservationVariables } from '../shared/queries';

export interface ReservationFilters extends PageParams {
  status?: (typeof RESERVATION_STATUSES)[number];
  site?: string;
  /** An order's number, or the id under which a partner reserved. */
  order?: string;
}

export function readReservationFilters(search: RawSearch): ReservationFilters {
  return {
    status: readChoice(search.status, RESERVATION_STATUSES),
    site: readText(search.site),
    order: readText(search.order),
    ...readPage(search),
  };
}

export function reservationVariables(
  filters: ReservationFilters,
  orderId: string | undefined,
  limit: number,
): ReservationVariables {
  const { page: _page, order: _order, ...sameInBoth } = filters;
  return { ...sameInBoth, orderId, limit };
}
