import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { Panel } from '@/components/Panel';
import { formatNumber } from '@/domain/format';
import { SHIPMENT_STATUSES, statusLabel, statusTone } from '@/domain/status';
import type { OverviewFigures } from '@/live/messages';
import { countOf } from './FigureTiles';
import classes from './Overview.module.css';

/** A state with few shipments among very many still gets a bar one can see. */
const LEAST_WIDTH = 1.5;

interface StatesPanelProps {
  figures: OverviewFigures | undefined;
  className: string;
}

export function StatesPanel({ figures, className }: StatesPanelProps) {
  const counts = figures?.shipmentsByStatus ?? [];
  const most = Math.max(1, ...counts.map(({ count }) => count));
  return (
    <Panel title="Shipments by state" className={className}>
      {figures ? (
        <ul>
          {SHIPMENT_STATUSES.map((status) => {
            const count = countOf(counts, status);
            const width = count === 0 ? 0 : Math.max(LEAST_WIDTH, (count / most) * 100);
            return (
              <li key={status}>
                <Link to="/shipments" search={{ status }} className={classes.stateRow}>
                  <span>{statusLabel(status)}</span>
                  <span
                    className={classes.stateBar}
                    style={{ '--bar': `var(--mantine-color-${statusTone(status)}-5)` } as CSSProperties}
                    aria-hidden
                  >
                    <i style={{ width: `${width}%` }} />
                  </span>
                  <span className="figures" style={{ textAlign: 'right' }}>
                    {formatNumber(count)}
                  </span>
                </Link>
              </li>
            );
          })}
        </ul>
      ) : (
        <Skeleton height="100%" />
      )}
    </Panel>
  );
}
