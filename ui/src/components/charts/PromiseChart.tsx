import { useMemo } from 'react';
import { formatDay, formatQuantity } from '@/domain/format';
import type { Amount } from '@/domain/stock';
import { EChart } from './EChart';
import type { EChartsOption } from './echarts';
import { tooltipStyle, usePalette, type Palette } from './palette';

export interface PromisePoint {
  date: string;
  available: Amount;
}

const DAY_MS = 86_400_000;
/** Days drawn after the last change, so that its step can be seen. */
const DAYS_AFTER = 7;

/** The last point once more, some days later: what is available then stays so. */
function drawnToTheEnd(points: PromisePoint[]): [number, number][] {
  const drawn = points.map(({ date, available }): [number, number] => [
    Date.parse(date),
    Number(available.value),
  ]);
  const last = drawn.at(-1);
  return last ? [...drawn, [last[0] + DAYS_AFTER * DAY_MS, last[1]]] : [];
}

function promiseOption(points: PromisePoint[], palette: Palette): EChartsOption {
  const unit = points[0]?.available.unit ?? '';
  return {
    useUTC: true,
    animation: false,
    grid: { left: 52, right: 16, top: 12, bottom: 26 },
    tooltip: {
      ...tooltipStyle(palette),
      trigger: 'axis',
      axisPointer: { lineStyle: { color: palette.quiet } },
      formatter: (items) => {
        const [point] = items as unknown as { value: [number, number] }[];
        if (!point) return '';
        const day = new Date(point.value[0]).toISOString();
        return `<b>${formatQuantity({ value: point.value[1], unit })}</b><br>from ${formatDay(day)}`;
      },
    },
    xAxis: {
      type: 'time',
      minInterval: DAY_MS,
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.quiet, fontSize: 11, hideOverlap: true, formatter: '{d} {MMM}' },
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
        step: 'end',
        symbolSize: 6,
        lineStyle: { width: 1.75, color: palette.accent },
        itemStyle: { color: palette.accent },
        areaStyle: { color: palette.accent, opacity: 0.14 },
        data: drawnToTheEnd(points),
      },
    ],
  };
}

/** What may be promised from each day on, as steps: it changes on the days when goods come or expire. */
export function PromiseChart({ points, height = 180 }: { points: PromisePoint[]; height?: number }) {
  const palette = usePalette();
  const option = useMemo(() => promiseOption(points, palette), [points, palette]);
  const last = points.at(-1);
  const label = last
    ? `Available to promise: ${points.map(({ date, available }) => `${formatQuantity(available)} from ${formatDay(date)}`).join(', ')}`
    : 'Available to promise';
  return <EChart option={option} height={height} label={label} />;
}
