import { Anchor, Skeleton } from '@mantine/core';
import { IconWorldMap } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, type CSSProperties } from 'react';
import { EmptyState } from '@/components/EmptyState';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatNumber } from '@/domain/format';
import classes from './Overview.module.css';
import { shipmentsOnTheMoveQuery } from './queries';

const ShipmentMap = lazy(async () => ({
  default: (await import('@/components/map/ShipmentMap')).ShipmentMap,
}));

const LEGEND = [
  { label: 'on the way', color: 'var(--mantine-color-blue-5)' },
  { label: 'delayed', color: 'var(--mantine-color-orange-5)' },
  { label: 'late', color: 'var(--mantine-color-red-5)' },
];

function MapContent() {
  const query = useQuery(shipmentsOnTheMoveQuery);
  const shipments = query.data?.overview.inTransit;
  if (!shipments) {
    if (query.error) return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
    return <Skeleton height="100%" radius={0} />;
  }
  const located = shipments.filter(({ currentLocation }) => currentLocation).length;
  return (
    <div className={classes.mapBody}>
      <Suspense fallback={<Skeleton height="100%" radius={0} />}>
        <ShipmentMap shipments={shipments} height="100%" />
      </Suspense>
      {located === 0 && (
        <div
          style={{
            position: 'absolute',
            inset: 0,
            display: 'grid',
            placeItems: 'center',
            pointerEvents: 'none',
          }}
        >
          <EmptyState
            icon={IconWorldMap}
            title="Nothing on the map right now"
            hint="Shipments appear where their devices or carriers last reported them."
          />
        </div>
      )}
      <div className={classes.legend} aria-hidden>
        {LEGEND.map(({ label, color }) => (
          <span key={label} style={{ '--dot': color } as CSSProperties}>
            <i />
            {label}
          </span>
        ))}
      </div>
    </div>
  );
}

export function MapPanel({ className }: { className: string }) {
  const { data } = useQuery(shipmentsOnTheMoveQuery);
  const count = data?.overview.inTransit.length;
  return (
    <Panel
      title="On the move"
      flush
      className={className}
      aside={
        count !== undefined && (
          <Anchor component={Link} to="/shipments" size="xs" className="figures">
            {formatNumber(count)} shipments
          </Anchor>
        )
      }
    >
      <MapContent />
    </Panel>
  );
}
