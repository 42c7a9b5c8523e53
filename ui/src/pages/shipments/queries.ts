import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { execute } from '@/api/graphql';
import { queryKeys } from '@/api/queryKeys';
import {
  ShipmentDetailDocument,
  ShipmentListDocument,
  type ShipmentDetailQuery,
  type ShipmentListQueryVariables,
} from '@/generated/graphql';

export type Shipment = NonNullable<ShipmentDetailQuery['shipment']>;

export function shipmentListQuery(variables: ShipmentListQueryVariables) {
  return queryOptions({
    queryKey: queryKeys.shipmentList(variables),
    queryFn: ({ signal }) => execute(ShipmentListDocument, variables, signal),
    placeholderData: keepPreviousData,
  });
}

export function shipmentQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.shipment(id),
    queryFn: ({ signal }) => execute(ShipmentDetailDocument, { id }, signal),
  });
}
