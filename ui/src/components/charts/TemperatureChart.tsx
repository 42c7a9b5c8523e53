import { IconTemperatureOff } from '@tabler/icons-react';
import { useMemo } from 'react';
import { EmptyState } from '@/components/EmptyState';
import { formatTime, unitSymbol } from '@/domain/format';
import { EChart } from './EChart';
import { escapeHtml, type EChartsOption } from './echarts';
import { tooltipStyle, usePalette, type Palette } from './palette';

export interface ReadingPoint {
  deviceId: string;
  value: number;
  unit: string;
  timestamp: string;
}

export interface Range {
  minimum: number;
  maximum: number;
}

interface TemperatureChartProps {
  readings: ReadingPoint[];
  /** Where readings should stay. Outside of it they are marked. */
  range: Range | null | undefined;
  name?: string;
  height?: number;
}

/** Room above and below the readings and the band, as a share of what is shown. */
const HEADROOM = 0.15;

export function isOutside(value: number, range: Range | null | undefined): boolean {
  return range !== null && range !== undefined && (value < range.minimum || value > range.maximum);
}

function byDevice(readings: ReadingPoint[]): Map<string, ReadingPoint[]> {
  const devices = new Map<string, ReadingPoint[]>();
  for (const reading of readings) {
    const known = devices.get(reading.deviceId);
    if (known) known.push(reading);
    else devices.set(reading.deviceId, [reading]);
  }
  for (const points of devices.values()) points.sort((a, b) => a.timestamp.localeCompare(b.timestamp));
  return devices;
}

function bandSeries(range: Range, palette: Palette) {
  return {
    type: 'line' as const,
    data: [],
    markArea: {
      silent: true,
      itemStyle: { color: palette.tones.teal, opacity: 0.1 },
      data: [[{ yAxis: range.minimum }, { yAxis: range.maximum }] as [object, object]],
    },
  };
}

/** What the band is, above the chart, where no reading is drawn over it. */
function bandTitle(range: Range, unit: string, palette: Palette) {
  return {
    text: `expected ${range.minimum} to ${range.maximum} ${unit}`,
    right: 12,
    top: 0,
    padding: 0,
    textStyle: { color: palette.tones.teal, fontSize: 11, fontWeight: 'normal' as const },
  };
}

function seriesOf(readings: ReadingPoint[], range: Range | null | undefined, palette: Palette) {
  const colors = [palette.accent, palette.tones.violet, palette.tones.yellow];
  const lines = [...byDevice(readings)].map(([deviceId, points], index) => ({
    type: 'line' as const,
    name: deviceId,
    showSymbol: points.length === 1,
    lineStyle: { width: 1.75 },
    color: colors[index % colors.length],
    sampling: 'minmax' as const,
    data: points.map(({ timestamp, value }) => [timestamp, value]),
  }));
  const anomalies = {
    type: 'scatter' as const,
    name: 'outside of the range',
    symbolSize: 8,
    color: palette.tones.red,
    z: 3,
    data: readings
      .filter(({ value }) => isOutside(value, range))
      .map(({ timestamp, value, deviceId }) => ({ name: deviceId, value: [timestamp, value] })),
  };
  return range ? [bandSeries(range, palette), ...lines, anomalies] : [...lines, anomalies];
}

function extent(readings: ReadingPoint[], range: Range | null | undefined): [number, number] {
  const values = readings.map(({ value }) => value);
  if (range) values.push(range.minimum, range.maximum);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = Math.max((high - low) * HEADROOM, 0.5);
  return [Math.floor(low - room), Math.ceil(high + room)];
}

function chartOption(
  readings: ReadingPoint[],
  range: Range | null | undefined,
  palette: Palette,
): EChartsOption {
  const [minimum, maximum] = extent(readings, range);
  const unit = unitSymbol(readings[0]?.unit ?? 'Cel');
  return {
    useUTC: true,
    animation: false,
    title: range ? bandTitle(range, unit, palette) : [],
    grid: { left: 44, right: 12, top: range ? 22 : 12, bottom: 26 },
    tooltip: {
      ...tooltipStyle(palette),
      trigger: 'item',
      formatter: (item) => {
        const { seriesName, name, value } = item as unknown as {
          seriesName: string;
          name: string;
          value: [string, number];
        };
        const device = escapeHtml(name || seriesName);
        return `<b>${value[1]} ${unit}</b><br>${formatTime(value[0])} UTC<br>${device}`;
      },
    },
    xAxis: {
      type: 'time',
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.quiet, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: minimum,
      max: maximum,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: {
        color: palette.quiet,
        fontSize: 11,
        formatter: `{value} ${unit}`,
        showMinLabel: false,
        showMaxLabel: false,
      },
    },
    series: seriesOf(readings, range, palette),
  };
}

/** Temperatures over time, the band they should stay in, and every reading outside of it marked. */
export function TemperatureChart({
  readings,
  range,
  name = 'Temperature',
  height = 240,
}: TemperatureChartProps) {
  const palette = usePalette();
  const option = useMemo(() => chartOption(readings, range, palette), [readings, range, palette]);
  if (readings.length === 0) {
    return (
      <EmptyState
        compact
        icon={IconTemperatureOff}
        title="No temperature was measured"
        hint="Readings appear here when a device on board sends them."
      />
    );
  }
  const outside = readings.filter(({ value }) => isOutside(value, range)).length;
  const label = `${name}: ${readings.length} readings, ${outside} of them outside of the expected range`;
  return <EChart option={option} height={height} label={label} />;
}
