import { Text, Tooltip } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useState, type CSSProperties } from 'react';
import { formatClock, formatSpan } from '@/domain/format';
import { useFreshness } from '@/live/freshness';
import { useConnection } from '@/live/LiveProvider';
import type { ConnectionState as State } from '@/live/socket';
import classes from './Shell.module.css';

const WORDS: Record<State, { label: string; color: string; hint: string }> = {
  live: { label: 'Live', color: 'var(--mantine-color-teal-6)', hint: 'Changes arrive as they happen.' },
  connecting: {
    label: 'Connecting',
    color: 'var(--mantine-color-yellow-6)',
    hint: 'The live connection is being made.',
  },
  reconnecting: {
    label: 'Reconnecting',
    color: 'var(--mantine-color-yellow-6)',
    hint: 'The live connection was lost and is being made again.',
  },
  offline: {
    label: 'Offline',
    color: 'var(--mantine-color-red-6)',
    hint: 'The server can not be reached. What you see may be out of date; it is tried again all the time.',
  },
};

/** Past this age the data's time is worth saying even while connected. */
const STALE_AFTER_MS = 10_000;

/** Whether changes arrive, and up to which moment the shown data is complete. */
export function ConnectionState() {
  const connection = useConnection();
  const asOf = useFreshness();
  const [now, setNow] = useState(Date.now());
  useInterval(() => setNow(Date.now()), 1_000, { autoInvoke: true });

  const { label, color, hint } = WORDS[connection];
  const age = asOf ? Math.max(0, now - new Date(asOf.time).getTime()) : null;
  const isStale = age !== null && age > STALE_AFTER_MS;
  const dataState = asOf
    ? `Data as of ${formatClock(asOf.time)} UTC, ${formatSpan(age ?? 0)} ago${asOf.provisional ? ', more is on its way' : ''}.`
    : 'Nothing was read yet.';

  return (
    <Tooltip label={`${hint} ${dataState}`} multiline maw={300}>
      <div
        className={classes.connection}
        style={{ '--pulse-color': color } as CSSProperties}
        role="status"
        aria-label={`${label}. ${dataState}`}
        tabIndex={0}
        data-connection={connection}
      >
        <span className={classes.pulse} data-live={connection === 'live' || undefined} />
        <Text span inherit fw={600} visibleFrom="sm">
          {label}
        </Text>
        {asOf && (
          <Text span inherit className="quiet figures" visibleFrom="lg">
            {isStale ? `as of ${formatSpan(age)} ago` : `${formatClock(asOf.time)} UTC`}
          </Text>
        )}
      </div>
    </Tooltip>
  );
}
