import {
  dayEnd,
  dayStart,
  readChoice,
  readDay,
  readPage,
  readText,
  type PageParams,
  type RawSearch,
} from '@/domain/searchParams';
import { ORDER_STATUSES } from '@/domain/status';
import type { OrderListQueryVariables, OrderStatus } from '@/generated/graphql';

export interface OrderFilters extends PageParams {
  status?: OrderStatus;
  country?: string;
  number?: string;
  from?: string;
  to?: string;
}

export function readOrderFilters(search: RawSearch): OrderFilters {
  return {
    status: readChoice(search.status, ORDER_STATUSES),
    country: readText(search.country),
    number: readText(search.number),
    from: readDay(search.from),
    to: readDay(search.to),
    ...readPage(search),
  };
}

export function orderVariables(filters: OrderFilters, limit: number): OrderListQueryVariables {
  const { page: _page, from, to, ...sameInBoth } = filters;
  return { ...sameInBoth, from: dayStart(from), to: dayEnd(to), limit };
}
