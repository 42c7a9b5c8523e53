import { Text, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { isMissing, missingInWords } from '@/domain/captured';
import { formatDay, formatLocal, formatRelative, formatTime } from '@/domain/format';

/** Stands where a value would, and says why there is none. */
export function NoValue({ children }: { children: ReactNode }) {
  return (
    <Text span inherit fs="italic" className="quiet">
      {children}
    </Text>
  );
}

interface TimeTextProps {
  at: string;
  precision?: 'day' | 'minute' | 'relative';
}

const FORMATS = { day: formatDay, minute: formatTime, relative: formatRelative };

/** A moment in UTC; how long ago, and the reader's own time, are in the tooltip. */
export function TimeText({ at, precision = 'minute' }: TimeTextProps) {
  const hint = precision === 'relative' ? `${formatTime(at)} UTC` : formatRelative(at);
  return (
    <Tooltip label={`${hint} · ${formatLocal(at)}`}>
      <time dateTime={at} className="figures">
        {FORMATS[precision](at)}
      </time>
    </Tooltip>
  );
}

interface CapturedTextProps {
  value: unknown;
  /** Draws the value where the source gave one. */
  children: (known: never) => ReactNode;
  /** The words for a value that is simply absent. */
  absent?: string;
}

/** A value that its source may have left out: the value, or the source's reason in words. Never a blank. */
export function CapturedText({ value, children, absent = 'not captured' }: CapturedTextProps) {
  if (value === null || value === undefined) return <NoValue>{absent}</NoValue>;
  if (isMissing(value)) return <NoValue>{missingInWords(value)}</NoValue>;
  return <>{children(value as never)}</>;
}

/** A captured moment. */
export function CapturedTime({
  value,
  absent,
  precision,
}: {
  value: unknown;
  absent?: string;
  precision?: TimeTextProps['precision'];
}) {
  return (
    <CapturedText value={value} absent={absent}>
      {(at: string) => <TimeText at={at} precision={precision} />}
    </CapturedText>
  );
}
