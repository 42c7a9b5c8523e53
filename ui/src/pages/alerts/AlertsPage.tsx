import { IconBellCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { DataTable } from '@/components/table/DataTable';
import { ChoiceFilter, FilterBar } from '@/components/table/FilterBar';
import { ListPage } from '@/components/table/ListPage';
import { Pager } from '@/components/table/Pager';
import { PAGE_LIMIT } from '@/components/table/limits';
import { usePagedSearch } from '@/components/table/usePagedSearch';
import { ALERT_SEVERITIES, ALERT_STATUSES, statusChoices } from '@/domain/status';
import type { AlertSeverity, AlertStatus } from '@/generated/graphql';
import { AlertDrawer } from './AlertDrawer';
import { alertColumns } from './columns';
import { alertVariables } from './filters';
import { alertListQuery } from './queries';

const route = getRouteApi('/protected/alerts');
const STATUS_CHOICES = statusChoices(ALERT_STATUSES);
const SEVERITY_CHOICES = statusChoices(ALERT_SEVERITIES);

export function AlertsPage() {
  const filters = route.useSearch();
  const paging = usePagedSearch(filters);
  const query = useQuery(alertListQuery(alertVariables(filters, PAGE_LIMIT)));
  const isFiltered = filters.status !== undefined || filters.severity !== undefined;
  const page = query.data?.alertPage;
  const columns = alertColumns((alert) => paging.keepPage({ alert }));

  return (
    <>
      <ListPage
        title="Alerts"
        query={query}
        filters={
          <FilterBar
            isFiltered={isFiltered}
            onClear={() => paging.filter({ status: undefined, severity: undefined })}
          >
            <ChoiceFilter
              label="Any state"
              choices={STATUS_CHOICES}
              value={filters.status}
              onChange={(status) => paging.filter({ status: status as AlertStatus | undefined })}
            />
            <ChoiceFilter
              label="Any severity"
              choices={SEVERITY_CHOICES}
              value={filters.severity}
              onChange={(severity) => paging.filter({ severity: severity as AlertSeverity | undefined })}
            />
          </FilterBar>
        }
        table={
          <DataTable
            label="Alerts"
            columns={columns}
            rows={page?.items}
            rowKey={({ id }) => id}
            query={query}
            empty={
              <EmptyState
                icon={IconBellCheck}
                title={isFiltered ? 'No alert fits these filters' : 'All is well'}
                hint={isFiltered ? 'Take a filter away to see more.' : 'No alert was raised so far.'}
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
      <AlertDrawer
        alertId={filters.alert}
        listed={page?.items.find(({ id }) => id === filters.alert)}
        onClose={() => paging.keepPage({ alert: undefined })}
      />
    </>
  );
}
