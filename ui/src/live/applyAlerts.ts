import type { QueryClient } from '@tanstack/react-query';
import { queryKeys } from '@/api/queryKeys';
import type {
  AlertListQuery,
  AlertListQueryVariables,
  AlertRowFragment,
  ShipmentDetailQuery,
} from '@/generated/graphql';

type AlertPage = AlertListQuery['alertPage'];

function fitsFilter(alert: AlertRowFragment, variables: AlertListQueryVariables): boolean {
  if (variables.status && variables.status !== alert.status) return false;
  return !variables.severity || variables.severity === alert.severity;
}

/**
 * A page with the alerts laid in. New ones appear on the first page only, newest first; one that no longer
 * fits the filter stays until the next fetch, so that a row never vanishes under the pointer.
 */
export function withAlerts(
  page: AlertPage,
  variables: AlertListQueryVariables,
  changed: Map<string, AlertRowFragment>,
): AlertPage {
  const known = new Set(page.items.map((item) => item.id));
  const items = page.items.map((item) => newer(item, changed.get(item.id)));
  if (variables.after) return { ...page, items };
  const fresh = [...changed.values()].filter((alert) => !known.has(alert.id) && fitsFilter(alert, variables));
  if (fresh.length === 0) return { ...page, items };
  const merged = [...fresh, ...items].sort((a, b) => b.raisedAt.localeCompare(a.raisedAt));
  const limit = variables.limit ?? merged.length;
  return {
    ...page,
    items: merged.slice(0, limit),
    total: page.total === null ? null : page.total + fresh.length,
  };
}

function newer(known: AlertRowFragment, change: AlertRowFragment | undefined): AlertRowFragment {
  return change && change.version >= known.version ? { ...known, ...change } : known;
}

export function applyAlertChanges(client: QueryClient, changed: Map<string, AlertRowFragment>): void {
  const lists = client.getQueryCache().findAll({ queryKey: queryKeys.alertLists });
  for (const { queryKey } of lists) {
    const variables = queryKey[2] as AlertListQueryVariables;
    client.setQueryData<AlertListQuery>(queryKey, (data) =>
      data ? { ...data, alertPage: withAlerts(data.alertPage, variables, changed) } : data,
    );
  }
  for (const alert of changed.values()) {
    if (alert.shipmentId) applyToShipment(client, alert.shipmentId, alert);
  }
}

function applyToShipment(client: QueryClient, shipmentId: string, alert: AlertRowFragment): void {
  client.setQueryData<ShipmentDetailQuery>(queryKeys.shipment(shipmentId), (data) => {
    if (!data?.shipment) return data;
    const { alerts } = data.shipment;
    const isKnown = alerts.some((known) => known.id === alert.id);
    const next = isKnown
      ? alerts.map((known) => (known.id === alert.id ? newer(known, alert) : known))
      : [alert, ...alerts];
    return { ...data, shipment: { ...data.shipment, alerts: next } };
  });
}
