import { useMemo } from 'react';
import { EChart } from '@/components/charts/EChart';
import { escapeHtml, type EChartsOption } from '@/components/charts/echarts';
import { tooltipStyle, usePalette, type Palette } from '@/components/charts/palette';
import { formatTime } from '@/domain/format';
import { geoBase, type LonLat } from './world';

interface Point {
  latitude: number;
  longitude: number;
}

export interface Route {
  origin?: Point & { name: string };
  destination?: Point & { name: string };
  /** Where it was seen, oldest first. */
  seen: (Point & { observedAt: string })[];
  isOver: boolean;
}

/** Room around the route, as a share of its extent, and in degrees at the least. */
const ROOM = 0.25;
const LEAST_ROOM_DEGREES = 3;

function lonLat({ longitude, latitude }: Point): LonLat {
  return [longitude, latitude];
}

function frame(points: LonLat[]): [LonLat, LonLat] {
  const longitudes = points.map(([longitude]) => longitude);
  const latitudes = points.map(([, latitude]) => latitude);
  const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
  const wide = Math.max((east - west) * ROOM, LEAST_ROOM_DEGREES);
  const high = Math.max((north - south) * ROOM, LEAST_ROOM_DEGREES);
  return [
    [Math.max(-180, west - wide), Math.min(84, north + high)],
    [Math.min(180, east + wide), Math.max(-60, south - high)],
  ];
}

function lineSeries(coords: LonLat[], color: string, isAhead: boolean) {
  return {
    type: 'lines' as const,
    coordinateSystem: 'geo' as const,
    polyline: true,
    silent: true,
    lineStyle: {
      color,
      width: isAhead ? 1.5 : 2.5,
      type: isAhead ? ('dashed' as const) : ('solid' as const),
      opacity: 0.9,
    },
    data: coords.length > 1 ? [{ coords }] : [],
  };
}

function endSeries({ origin, destination }: Route, palette: Palette) {
  const ends = [origin, destination].filter((end) => end !== undefined);
  return {
    type: 'scatter' as const,
    coordinateSystem: 'geo' as const,
    symbolSize: 11,
    itemStyle: { color: palette.surface, borderColor: palette.accent, borderWidth: 2.5 },
    label: {
      show: true,
      position: 'top' as const,
      color: palette.text,
      fontSize: 12,
      fontWeight: 600,
      textBorderColor: palette.surface,
      textBorderWidth: 3,
      formatter: '{b}',
    },
    data: ends.map((end) => ({ name: end.name, value: lonLat(end) })),
  };
}

function seenSeries(route: Route, palette: Palette) {
  const last = route.seen.at(-1);
  return [
    {
      type: 'scatter' as const,
      coordinateSystem: 'geo' as const,
      symbolSize: 5,
      itemStyle: { color: palette.accent, opacity: 0.7 },
      data: route.seen.slice(0, -1).map((point) => ({ name: point.observedAt, value: lonLat(point) })),
    },
    {
      type: route.isOver ? ('scatter' as const) : ('effectScatter' as const),
      coordinateSystem: 'geo' as const,
      symbolSize: 13,
      itemStyle: { color: palette.accent, borderColor: palette.surface, borderWidth: 2 },
      z: 4,
      data: last ? [{ name: last.observedAt, value: lonLat(last) }] : [],
    },
  ];
}

function routeOption(route: Route, palette: Palette): EChartsOption {
  const seen = route.seen.map(lonLat);
  const last = seen.at(-1);
  const travelled = route.origin ? [lonLat(route.origin), ...seen] : seen;
  const start = last ?? (route.origin && lonLat(route.origin));
  const ahead = start && route.destination && !route.isOver ? [start, lonLat(route.destination)] : [];
  const all = [...travelled, ...(route.destination ? [lonLat(route.destination)] : [])];
  const series = [
    lineSeries(travelled, palette.accent, false),
    lineSeries(ahead, palette.quiet, true),
    ...seenSeries(route, palette),
    endSeries(route, palette),
  ];
  return {
    animation: false,
    geo: { ...geoBase(palette), boundingCoords: frame(all), left: 0, right: 0, top: 0, bottom: 0 },
    tooltip: {
      ...tooltipStyle(palette),
      trigger: 'item',
      formatter: (item) => {
        const { name } = item as unknown as { name: string };
        return Number.isNaN(Date.parse(name)) ? escapeHtml(name) : `seen ${formatTime(name)} UTC`;
      },
    },
    series: series as EChartsOption['series'],
  };
}

/** The way of one shipment: travelled, still ahead, and where it was seen last. */
export function RouteMap({ route, height }: { route: Route; height: number }) {
  const palette = usePalette();
  const option = useMemo(() => routeOption(route, palette), [route, palette]);
  const label = `Route from ${route.origin?.name ?? 'an unknown place'} to ${route.destination?.name ?? 'an unknown place'}, seen at ${route.seen.length} places`;
  return <EChart option={option} height={height} label={label} />;
}
