import { IconContainerOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { DataTable } from '@/components/table/DataTable';
import { ChoiceFilter, FilterBar, TextFilter } from '@/components/table/FilterBar';
import { ListPage } from '@/components/table/ListPage';
import { Pager } from '@/components/table/Pager';
import { PAGE_LIMIT } from '@/components/table/limits';
import { usePagedSearch } from '@/components/table/usePagedSearch';
import { ASSET_STATUSES, ASSET_TYPES, statusChoices } from '@/domain/status';
import { assetColumns } from './columns';
import { assetVariables, type AssetFilters } from './filters';
import { assetListQuery } from './queries';

const route = getRouteApi('/protected/assets');
const STATUS_CHOICES = statusChoices(ASSET_STATUSES);
const TYPE_CHOICES = statusChoices(ASSET_TYPES);

export function AssetsPage() {
  const filters = route.useSearch();
  const paging = usePagedSearch(filters);
  const query = useQuery(assetListQuery(assetVariables(filters, PAGE_LIMIT)));
  const { after: _after, page: _page, ...chosen } = filters;
  const isFiltered = Object.values(chosen).some((value) => value !== undefined);
  const page = query.data?.assetPage;

  return (
    <ListPage
      title="Assets"
      query={query}
      filters={
        <FilterBar
          isFiltered={isFiltered}
          onClear={() => paging.filter({ status: undefined, assetType: undefined, number: undefined })}
        >
          <TextFilter
            label="Asset number"
            isPageSearch
            width={200}
            value={filters.number}
            onChange={(number) => paging.filter({ number })}
          />
          <ChoiceFilter
            label="Any state"
            choices={STATUS_CHOICES}
            value={filters.status}
            onChange={(status) => paging.filter({ status: status as AssetFilters['status'] })}
          />
          <ChoiceFilter
            label="Any type"
            choices={TYPE_CHOICES}
            value={filters.assetType}
            onChange={(assetType) => paging.filter({ assetType: assetType as AssetFilters['assetType'] })}
          />
        </FilterBar>
      }
      table={
        <DataTable
          label="Assets"
          columns={assetColumns}
          rows={page?.items}
          rowKey={({ id }) => id}
          query={query}
          empty={
            <EmptyState
              icon={IconContainerOff}
              title={isFiltered ? 'No asset fits these filters' : 'There are no assets yet'}
              hint={
                isFiltered
                  ? 'Take a filter away to see more.'
                  : 'They appear here as soon as one is registered.'
              }
            />
          }
        />
      }
      pager={
        <Pager
          paging={paging}
          limit={PAGE_LIMIT}
          shown={page?.items.length ?? 0}
          total={page?.total}
          next={page?.next}
        />
      }
    />
  );
}
