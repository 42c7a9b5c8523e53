import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { execute } from '@/api/graphql';
import { asProblem } from '@/api/problem';
import { queryKeys } from '@/api/queryKeys';
import { bodyOf, rest } from '@/api/rest';
import { OrderNameDocument } from '@/generated/graphql';
import type { components, paths } from '@/generated/rest';

type Schemas = components['schemas'];
export type Stock = Schemas['StockResource'];
export type LotStock = Schemas['LotStock'];
export type Lot = Schemas['LotResource'];
export type Item = Schemas['ItemResource'];
export type Promisable = Schemas['AvailableToPromise'];
export type Feed = Schemas['Feed'];
export type Movement = Schemas['MovementResource'];
export type Receipt = Schemas['DocumentResource'];
export type Reservation = Schemas['ReservationResource'];
export type Count = Schemas['CountResource'];

type QueryOf<Path extends keyof paths> = paths[Path] extends {
  get: { parameters: { query?: infer Query } };
}
  ? NonNullable<Query>
  : never;
export type StockVariables = QueryOf<'/inventory/stock'>;
export type ReservationVariables = QueryOf<'/inventory/reservations'>;
export type MovementVariables = QueryOf<'/inventory/movements'>;
export type CountVariables = QueryOf<'/inventory/counts'>;

/** Stock moves without a message to the page: others receive, pick and promise all day. */
export const ASK_AGAIN_AFTER_MS = 15_000;

export function stockListQuery(query: StockVariables) {
  return queryOptions({
    queryKey: queryKeys.stockList(query),
    queryFn: async ({ signal }) => bodyOf(await rest.GET('/inventory/stock', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

/** The answer, or null where the server says that there is no such thing: not a failure of the page. */
async function orNull<Result>(answer: Promise<Result>): Promise<Result | null> {
  try {
    return await answer;
  } catch (error) {
    if (asProblem(error).status === 404) return null;
    throw error;
  }
}

/** The stock of a SKU at each site; null where no site has ever had it. */
export function stockOfQuery(sku: string) {
  return queryOptions({
    queryKey: queryKeys.stockOf(sku),
    queryFn: ({ signal }) =>
      orNull(rest.GET('/inventory/stock/{sku}', { params: { path: { sku } }, signal }).then(bodyOf)),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

/** What is written about an item; null where it is only known by its stock, or not at all. */
export function itemQuery(sku: string) {
  return queryOptions({
    queryKey: queryKeys.item(sku),
    // Asked for as a list: a SKU that is typed half is nothing that went wrong.
    queryFn: async ({ signal }) => {
      const found = bodyOf(await rest.GET('/inventory/items', { params: { query: { sku } }, signal }));
      return found.items[0] ?? null;
    },
  });
}

export function lotsOfQuery(sku: string) {
  return queryOptions({
    queryKey: queryKeys.lotsOf(sku),
    queryFn: async ({ signal }) =>
      bodyOf(await rest.GET('/inventory/lots', { params: { query: { sku } }, signal })),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

/** What may be promised of a SKU at one site. */
export function promisableQuery(sku: string, site: string) {
  return queryOptions({
    queryKey: queryKeys.promisable(sku, site),
    queryFn: async ({ signal }) =>
      bodyOf(await rest.GET('/inventory/atp', { params: { query: { sku, site } }, signal })),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

export function movementsQuery(query: MovementVariables) {
  return queryOptions({
    queryKey: queryKeys.movements(query),
    queryFn: async ({ signal }) =>
      bodyOf(await rest.GET('/inventory/movements', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function receiptQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.receipt(id),
    queryFn: async ({ signal }) =>
      bodyOf(await rest.GET('/inventory/receipts/{id}', { params: { path: { id } }, signal })),
  });
}

/** What a purchase order or advance ship notice says will come; null where none is known. */
export function expectedReceiptQuery(reference: string) {
  return queryOptions({
    queryKey: queryKeys.expectedReceipt(reference),
    queryFn: ({ signal }) =>
      orNull(
        rest
          .GET('/inventory/expected-receipts/{reference}', { params: { path: { reference } }, signal })
          .then(bodyOf),
      ),
  });
}

export function reservationListQuery(query: ReservationVariables) {
  return queryOptions({
    queryKey: queryKeys.reservationList(query),
    queryFn: async ({ signal }) =>
      bodyOf(await rest.GET('/inventory/reservations', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

export function reservationQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.reservation(id),
    queryFn: ({ signal }) =>
      orNull(rest.GET('/inventory/reservations/{id}', { params: { path: { id } }, signal }).then(bodyOf)),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

export function countListQuery(query: CountVariables) {
  return queryOptions({
    queryKey: queryKeys.counts(query),
    queryFn: async ({ signal }) => bodyOf(await rest.GET('/inventory/counts', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

export function countQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.count(id),
    queryFn: ({ signal }) =>
      orNull(rest.GET('/inventory/counts/{id}', { params: { path: { id } }, signal }).then(bodyOf)),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

/** The number of an order, by its id or number. It never changes, so it is asked for once. */
export function orderNameQuery(idOrNumber: string) {
  return queryOptions({
    queryKey: queryKeys.orderName(idOrNumber),
    queryFn: ({ signal }) => execute(OrderNameDocument, { id: idOrNumber }, signal),
    staleTime: Infinity,
  });
}
