import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { execute } from '@/api/graphql';
import { queryKeys } from '@/api/queryKeys';
import {
  OrderDetailDocument,
  OrderListDocument,
  type OrderDetailQuery,
  type OrderListQuery,
  type OrderListQueryVariables,
} from '@/generated/graphql';

export type OrderRow = OrderListQuery['orderPage']['items'][number];
export type Order = NonNullable<OrderDetailQuery['order']>;
export type OrderLine = Order['lines'][number];

/** Orders change by their shipments, and no live message tells of them alone. */
const ASK_AGAIN_AFTER_MS = 30_000;

export function orderListQuery(variables: OrderListQueryVariables) {
  return queryOptions({
    queryKey: queryKeys.orderList(variables),
    queryFn: ({ signal }) => execute(OrderListDocument, variables, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

export function orderQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.order(id),
    queryFn: ({ signal }) => execute(OrderDetailDocument, { id }, signal),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}
