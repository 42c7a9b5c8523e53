import { useMemo } from 'react';
import { formatClock, formatNumber } from '@/domain/format';
import type { PulseSample } from '@/live/history';
import { EChart } from './EChart';
import type { EChartsOption } from './echarts';
import { tooltipStyle, usePalette, type Palette } from './palette';

/** The least that the axis spans, so that a page just opened does not stretch one moment over the chart. */
const LEAST_SPAN_MS = 60_000;

/** The moments from the first to the last sample, and never less than a minute up to now. */
function span(samples: readonly PulseSample[]): { min: number; max: number } {
  const max = samples.at(-1)?.time ?? Date.now();
  return { min: Math.min(samples[0]?.time ?? max, max - LEAST_SPAN_MS), max };
}

function pulseOption(samples: readonly PulseSample[], palette: Palette): EChartsOption {
  return {
    useUTC: true,
    animation: false,
    grid: { left: 44, right: 12, top: 12, bottom: 24 },
    tooltip: {
      ...tooltipStyle(palette),
      trigger: 'axis',
      axisPointer: { lineStyle: { color: palette.quiet } },
      formatter: (items) => {
        const [point] = items as unknown as { value: [number, number] }[];
        return point
          ? `<b>${formatNumber(point.value[1])}</b> events/s<br>${formatClock(point.value[0])} UTC`
          : '';
      },
    },
    xAxis: {
      type: 'time',
      ...span(samples),
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.quiet, fontSize: 11, hideOverlap: true, formatter: '{HH}:{mm}:{ss}' },
      splitNumber: 4,
    },
    yAxis: {
      type: 'value',
      min: 0,
      minInterval: 1,
      splitNumber: 3,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.quiet, fontSize: 11 },
    },
    series: [
      {
        type: 'line',
        showSymbol: false,
        smooth: 0.25,
        lineStyle: { width: 1.75, color: palette.accent },
        areaStyle: { color: palette.accent, opacity: 0.14 },
        data: samples.map(({ time, eventRate }) => [time, eventRate]),
      },
    ],
  };
}

/** Events per second since the page was opened. */
export function PulseChart({ samples, height }: { samples: readonly PulseSample[]; height: number }) {
  const palette = usePalette();
  const option = useMemo(() => pulseOption(samples, palette), [samples, palette]);
  const latest = samples.at(-1);
  return (
    <EChart
      option={option}
      height={height}
      label={latest ? `Event rate, now ${formatNumber(latest.eventRate)} per second` : 'Event rate'}
    />
  );
}
