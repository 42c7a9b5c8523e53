import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { execute } from '@/api/graphql';
import { queryKeys } from '@/api/queryKeys';
import {
  AssetDetailDocument,
  AssetListDocument,
  DeviceTelemetryDocument,
  type AssetDetailQuery,
  type AssetListQuery,
  type AssetListQueryVariables,
} from '@/generated/graphql';

export type AssetRow = AssetListQuery['assetPage']['items'][number];
export type Asset = NonNullable<AssetDetailQuery['asset']>;

const ASK_AGAIN_AFTER_MS = 30_000;
const ASK_FOR_READINGS_AFTER_MS = 5_000;
const READINGS_SHOWN = 500;

export function assetListQuery(variables: AssetListQueryVariables) {
  return queryOptions({
    queryKey: queryKeys.assetList(variables),
    queryFn: ({ signal }) => execute(AssetListDocument, variables, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

export function assetQuery(id: string) {
  return queryOptions({
    queryKey: queryKeys.asset(id),
    queryFn: ({ signal }) => execute(AssetDetailDocument, { id }, signal),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
}

export function deviceTelemetryQuery(deviceId: string, signalName: string) {
  return queryOptions({
    queryKey: queryKeys.deviceTelemetry(deviceId, signalName),
    queryFn: ({ signal }) =>
      execute(DeviceTelemetryDocument, { deviceId, signal: signalName, limit: READINGS_SHOWN }, signal),
    refetchInterval: ASK_FOR_READINGS_AFTER_MS,
  });
}
