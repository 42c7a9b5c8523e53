import { Anchor, Skeleton, Stack, Text } from '@mantine/core';
import { IconClockCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { StatusBadge } from '@/components/badges';
import { EmptyState } from '@/components/EmptyState';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay, formatPlace } from '@/domain/format';
import { useRefetchEvery } from '@/live/useRefetchEvery';
import { shipmentListQuery } from '@/pages/shipments/queries';
import classes from './Overview.module.css';

const ASK_AGAIN_MS = 10_000;
const SHIPMENTS_SHOWN = 8;

function Content() {
  const query = useQuery(shipmentListQuery({ late: true, limit: SHIPMENTS_SHOWN }));
  // A shipment becomes late by the passing of time, which no message tells.
  useRefetchEvery(query.refetch, ASK_AGAIN_MS);
  const late = query.data?.shipmentPage.items;
  if (!late) {
    if (query.error) return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
    return (
      <Stack gap="xs" p="md">
        <Skeleton height={32} />
        <Skeleton height={32} />
        <Skeleton height={32} />
      </Stack>
    );
  }
  if (late.length === 0) {
    return (
      <EmptyState
        compact
        icon={IconClockCheck}
        title="Nothing is late"
        hint="Every promise is kept so far."
      />
    );
  }
  return late.map((shipment) => (
    <Link key={shipment.id} to="/shipments/$id" params={{ id: shipment.id }} className={classes.lateRow}>
      <Text span inherit fw={600} className="figures">
        {shipment.trackingNumber}
      </Text>
      <StatusBadge status={shipment.status} size="sm" />
      <Text span size="xs" className="quiet" truncate>
        to {formatPlace(shipment.destination)}
      </Text>
      <Text span size="xs" className="quiet figures" ta="right">
        promised {formatDay(shipment.promisedDelivery)}
      </Text>
    </Link>
  ));
}

export function LateShipments({ className }: { className: string }) {
  return (
    <Panel
      title="Late shipments"
      flush
      className={className}
      aside={
        <Anchor component={Link} to="/shipments" search={{ late: true } as never} size="xs">
          All late
        </Anchor>
      }
    >
      <Content />
    </Panel>
  );
}
