import { Skeleton, Text } from '@mantine/core';
import { lazy, Suspense, useEffect } from 'react';
import { Panel } from '@/components/Panel';
import { formatNumber } from '@/domain/format';
import { notePulse, usePulse } from '@/live/history';
import type { OverviewFigures } from '@/live/messages';

const PulseChart = lazy(async () => ({
  default: (await import('@/components/charts/PulseChart')).PulseChart,
}));
const CHART_HEIGHT = 178;

interface PulsePanelProps {
  figures: OverviewFigures | undefined;
  className: string;
}

export function PulsePanel({ figures, className }: PulsePanelProps) {
  const samples = usePulse();
  const rate = figures?.eventRate;
  useEffect(() => {
    if (rate !== undefined) notePulse(rate);
  }, [rate]);
  return (
    <Panel
      title="Events per second"
      className={className}
      aside={
        rate !== undefined && (
          <Text size="xs" className="quiet figures">
            now {formatNumber(Math.round(rate * 10) / 10)}
          </Text>
        )
      }
    >
      <Suspense fallback={<Skeleton height={CHART_HEIGHT} />}>
        {figures ? (
          <PulseChart samples={samples} height={CHART_HEIGHT} />
        ) : (
          <Skeleton height={CHART_HEIGHT} />
        )}
      </Suspense>
    </Panel>
  );
}
