import { queryOptions } from '@tanstack/react-query';
import { execute } from '@/api/graphql';
import { queryKeys } from '@/api/queryKeys';
import { OverviewFiguresDocument, ShipmentsOnTheMoveDocument } from '@/generated/graphql';

/** Live messages carry these figures; asking is the fallback while there is no connection. */
const ASK_AGAIN_AFTER_MS = 30_000;

export const overviewFiguresQuery = queryOptions({
  queryKey: queryKeys.overviewFigures,
  queryFn: ({ signal }) => execute(OverviewFiguresDocument, {}, signal),
  refetchInterval: ASK_AGAIN_AFTER_MS,
});

export const shipmentsOnTheMoveQuery = queryOptions({
  queryKey: queryKeys.overviewMap,
  queryFn: ({ signal }) => execute(ShipmentsOnTheMoveDocument, {}, signal),
  refetchInterval: ASK_AGAIN_AFTER_MS,
});
