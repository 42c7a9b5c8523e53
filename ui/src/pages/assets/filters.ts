import { readChoice, readPage, readText, type PageParams, type RawSearch } from '@/domain/searchParams';
import { ASSET_STATUSES, ASSET_TYPES } from '@/domain/status';
import type { AssetListQueryVariables, AssetStatus } from '@/generated/graphql';

export interface AssetFilters extends PageParams {
  status?: AssetStatus;
  assetType?: (typeof ASSET_TYPES)[number];
  number?: string;
}

export function readAssetFilters(search: RawSearch): AssetFilters {
  return {
    status: readChoice(search.status, ASSET_STATUSES),
    assetType: readChoice(search.assetType, ASSET_TYPES),
    number: readText(search.number),
    ...readPage(search),
  };
}

export function assetVariables(filters: AssetFilters, limit: number): AssetListQueryVariables {
  const { page: _page, ...sameInBoth } = filters;
  return { ...sameInBoth, limit };
}
