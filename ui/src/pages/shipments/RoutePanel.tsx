import { Skeleton, Text } from '@mantine/core';
import { IconRouteOff } from '@tabler/icons-react';
import { lazy, Suspense, useMemo } from 'react';
import { EmptyState } from '@/components/EmptyState';
import type { Route } from '@/components/map/RouteMap';
import { Panel } from '@/components/Panel';
import { TimeText } from '@/components/values';
import { formatPlace } from '@/domain/format';
import type { Shipment } from './queries';

const RouteMap = lazy(async () => ({ default: (await import('@/components/map/RouteMap')).RouteMap }));
const MAP_HEIGHT = 320;
const OVER = new Set(['DELIVERED', 'CANCELLED']);

function end(address: Shipment['origin']): Route['origin'] {
  return address?.location ? { ...address.location, name: formatPlace(address) } : undefined;
}

function routeOf({ origin, destination, route, currentLocation, status }: Shipment): Route {
  const seen = [...route].sort((a, b) => a.observedAt.localeCompare(b.observedAt));
  const last = seen.at(-1);
  if (currentLocation && (!last || last.observedAt < currentLocation.observedAt)) seen.push(currentLocation);
  return { origin: end(origin), destination: end(destination), seen, isOver: OVER.has(status) };
}

export function RoutePanel({ shipment }: { shipment: Shipment }) {
  const route = useMemo(() => routeOf(shipment), [shipment]);
  const hasPlaces = route.origin !== undefined || route.destination !== undefined || route.seen.length > 0;
  return (
    <Panel
      title="Route"
      flush={hasPlaces}
      aside={
        shipment.currentLocation && (
          <Text size="xs" className="quiet">
            last seen <TimeText at={shipment.currentLocation.observedAt} precision="relative" />
          </Text>
        )
      }
    >
      {hasPlaces ? (
        <Suspense fallback={<Skeleton height={MAP_HEIGHT} radius={0} />}>
          <RouteMap route={route} height={MAP_HEIGHT} />
        </Suspense>
      ) : (
        <EmptyState
          compact
          icon={IconRouteOff}
          title="No position is known"
          hint="The source named the countries only, and no device reported from on board."
        />
      )}
    </Panel>
  );
}
