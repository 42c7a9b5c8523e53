import { readChoice, readPage, readText, type PageParams, type RawSearch } from '@/domain/searchParams';
import { ALERT_SEVERITIES, ALERT_STATUSES } from '@/domain/status';
import type { AlertListQueryVariables, AlertSeverity, AlertStatus } from '@/generated/graphql';

export interface AlertFilters extends PageParams {
  status?: AlertStatus;
  severity?: AlertSeverity;
  /** The alert whose details are open. */
  alert?: string;
}

export function readAlertFilters(search: RawSearch): AlertFilters {
  return {
    status: readChoice(search.status, ALERT_STATUSES),
    severity: readChoice(search.severity, ALERT_SEVERITIES),
    alert: readText(search.alert),
    ...readPage(search),
  };
}

export function alertVariables(filters: AlertFilters, limit: number): AlertListQueryVariables {
  const { page: _page, alert: _alert, ...sameInBoth } = filters;
  return { ...sameInBoth, limit };
}
