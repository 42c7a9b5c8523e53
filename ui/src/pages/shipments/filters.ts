import {
  dayEnd,
  dayStart,
  readChoice,
  readDay,
  readFlag,
  readPage,
  readText,
  type PageParams,
  type RawSearch,
} from '@/domain/searchParams';
import { SHIPMENT_STATUSES } from '@/domain/status';
import type { ShipmentListQueryVariables, ShipmentStatus } from '@/generated/graphql';

export interface ShipmentFilters extends PageParams {
  status?: ShipmentStatus;
  carrier?: string;
  country?: string;
  late?: boolean;
  number?: string;
  from?: string;
  to?: string;
}

export function readShipmentFilters(search: RawSearch): ShipmentFilters {
  return {
    status: readChoice(search.status, SHIPMENT_STATUSES),
    carrier: readText(search.carrier),
    country: readText(search.country),
    late: readFlag(search.late),
    number: readText(search.number),
    from: readDay(search.from),
    to: readDay(search.to),
    ...readPage(search),
  };
}

export function shipmentVariables(filters: ShipmentFilters, limit: number): ShipmentListQueryVariables {
  const { page: _page, from, to, ...sameInBoth } = filters;
  return { ...sameInBoth, from: dayStart(from), to: dayEnd(to), limit };
}
