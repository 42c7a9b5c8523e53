import { Skeleton, ThemeIcon } from '@mantine/core';
import {
  IconActivityHeartbeat,
  IconAlertTriangle,
  IconClockExclamation,
  IconRefreshDot,
  IconTargetArrow,
  IconTruckDelivery,
  type Icon,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatClock, formatCompact, formatNumber, formatShare, formatSpan } from '@/domain/format';
import { graphqlEnum } from '@/domain/status';
import type { OverviewFigures } from '@/live/messages';
import classes from './Overview.module.css';

interface TileProps {
  label: string;
  icon: Icon;
  color: string;
  figure: ReactNode;
  unit?: string;
  hint: string;
  isWorry?: boolean;
}

function Tile({ label, icon: IconShown, color, figure, unit, hint, isWorry = false }: TileProps) {
  return (
    <>
      <div className={classes.tileLabel}>
        {label}
        <ThemeIcon variant="light" color={color} size={24} radius="md" aria-hidden>
          <IconShown size={15} stroke={1.75} />
        </ThemeIcon>
      </div>
      <div className={classes.tileFigure} data-worry={isWorry || undefined}>
        {figure}
        {unit && <span className={classes.tileUnit}>{unit}</span>}
      </div>
      <div className={classes.tileHint}>{hint}</div>
    </>
  );
}

export function countOf(counts: { status: string; count: number }[], status: string): number {
  return counts.find((entry) => graphqlEnum(entry.status) === status)?.count ?? 0;
}

function MovementTiles({ figures }: { figures: OverviewFigures }) {
  const states = figures.shipmentsByStatus;
  const total = states.reduce((sum, { count }) => sum + count, 0);
  const delayed = countOf(states, 'DELAYED');
  const hasDeliveries = figures.onTimeShare !== null && figures.deliveredCount > 0;
  return (
    <>
      <Link to="/shipments" search={{ status: 'IN_TRANSIT' }} className={classes.tile}>
        <Tile
          label="In transit"
          icon={IconTruckDelivery}
          color="blue"
          figure={formatCompact(countOf(states, 'IN_TRANSIT'))}
          hint={`of ${formatCompact(total)} shipments`}
        />
      </Link>
      <Link to="/shipments" search={{ late: true }} className={classes.tile}>
        <Tile
          label="Late"
          icon={IconClockExclamation}
          color="orange"
          figure={formatCompact(figures.lateCount + figures.overdueCount)}
          hint={`${formatCompact(delayed)} delayed now`}
        />
      </Link>
      <div className={classes.tile}>
        <Tile
          label="On time"
          icon={IconTargetArrow}
          color="teal"
          figure={hasDeliveries ? formatShare(figures.onTimeShare ?? 0) : '–'}
          hint={
            hasDeliveries ? `of ${formatCompact(figures.deliveredCount)} deliveries` : 'no deliveries yet'
          }
        />
      </div>
    </>
  );
}

function PlatformTiles({ figures }: { figures: OverviewFigures }) {
  const { freshness } = figures;
  return (
    <>
      <Link to="/alerts" search={{ status: 'RAISED' }} className={classes.tile}>
        <Tile
          label="Open alerts"
          icon={IconAlertTriangle}
          color="red"
          figure={<span data-testid="open-alerts">{formatCompact(figures.openAlerts)}</span>}
          isWorry={figures.openAlerts > 0}
          hint={figures.openAlerts > 0 ? 'wait for a decision' : 'nothing to decide'}
        />
      </Link>
      <div className={classes.tile}>
        <Tile
          label="Event rate"
          icon={IconActivityHeartbeat}
          color="violet"
          figure={formatNumber(Math.round(figures.eventRate * 10) / 10)}
          unit="events/s"
          hint="recorded now"
        />
      </div>
      <div className={classes.tile}>
        <Tile
          label="Data freshness"
          icon={IconRefreshDot}
          color="harbor"
          figure={
            freshness.lagMilliseconds < 1000
              ? `${freshness.lagMilliseconds} ms`
              : formatSpan(freshness.lagMilliseconds)
          }
          unit="behind"
          hint={`as of ${formatClock(freshness.time)}${freshness.provisional ? ', catching up' : ''}`}
        />
      </div>
    </>
  );
}

const TILE_COUNT = 6;

export function FigureTiles({ figures }: { figures: OverviewFigures | undefined }) {
  return (
    <section className={classes.tiles} aria-label="Key figures">
      {figures ? (
        <>
          <MovementTiles figures={figures} />
          <PlatformTiles figures={figures} />
        </>
      ) : (
        Array.from({ length: TILE_COUNT }, (_, index) => <Skeleton key={index} height={100} radius="lg" />)
      )}
    </section>
  );
}
