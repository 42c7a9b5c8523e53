import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { queryKeys } from '@/api/queryKeys';
import { bodyOf, rest } from '@/api/rest';
import type { components } from '@/generated/rest';

export type FileImport = components['schemas']['ImportReport'];
export type IngestStatus = components['schemas']['IngestStatus'];
export type StoredRecord = components['schemas']['RecordResource'];

const ASK_WHILE_RUNNING_MS = 400;
const ASK_FOR_STATUS_MS = 3_000;
export const RECORDS_SHOWN = 25;

export function isOver({ state }: FileImport): boolean {
  return state === 'Completed' || state === 'Failed';
}

export const ingestStatusQuery = queryOptions({
  queryKey: queryKeys.ingestStatus,
  queryFn: async ({ signal }) => bodyOf(await rest.GET('/ingest/status', { signal })),
  refetchInterval: ASK_FOR_STATUS_MS,
});

/** Follows one import until it is over. */
export function fileImportQuery(importId: string) {
  return queryOptions({
    queryKey: queryKeys.fileImport(importId),
    queryFn: async ({ signal }) =>
      bodyOf(await rest.GET('/ingest/files/{importId}', { params: { path: { importId } }, signal })),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : ASK_WHILE_RUNNING_MS),
  });
}

export function quarantineQuery(after: string | undefined) {
  return queryOptions({
    queryKey: queryKeys.quarantine(after),
    queryFn: async ({ signal }) =>
      bodyOf(
        await rest.GET('/ingest/records', {
          params: { query: { status: 'quarantined', limit: RECORDS_SHOWN, after } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}
