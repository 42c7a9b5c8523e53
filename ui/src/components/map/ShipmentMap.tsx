import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { EChart } from '@/components/charts/EChart';
import { escapeHtml, type EChartsOption, type EChartsType } from '@/components/charts/echarts';
import { tooltipStyle, usePalette, type Palette } from '@/components/charts/palette';
import { formatDay, formatPlace } from '@/domain/format';
import { statusLabel } from '@/domain/status';
import { clusterShipments, worstTone, type Cluster, type MapShipment } from './clusters';
import { geoBase } from './world';

/** Rippling marks draw the eye and cost frames, so only so many of the worst ripple. */
const MAX_RIPPLES = 30;
const ZOOM_INTO_CLUSTER = 2.2;

interface Mark {
  value: [number, number, number];
  cluster: Cluster;
}

function asMark(cluster: Cluster): Mark {
  return { value: [...cluster.position, cluster.shipments.length], cluster };
}

function markSize([, , count]: [number, number, number]): number {
  return count === 1 ? 9 : Math.min(40, 15 + 5 * Math.log2(count));
}

function describe({ shipments }: Cluster): string {
  const [only] = shipments;
  if (only && shipments.length === 1) {
    return [
      `<b>${escapeHtml(only.trackingNumber)}</b> ${statusLabel(only.status)}${only.late ? ' · late' : ''}`,
      `to ${escapeHtml(formatPlace(only.destination))}`,
      `${escapeHtml(only.carrier ?? 'carrier not captured')} · expected ${formatDay(only.estimatedDelivery)}`,
    ].join('<br>');
  }
  const late = shipments.filter((shipment) => shipment.late).length;
  const delayed = shipments.filter(({ status }) => status === 'DELAYED').length;
  return `<b>${shipments.length} shipments</b><br>${delayed} delayed, ${late} late<br>Click to look closer`;
}

function markSeries(clusters: Cluster[], palette: Palette) {
  const marks = clusters.map(asMark).map((mark) => {
    const color = palette.tones[worstTone(mark.cluster.shipments)];
    return { ...mark, itemStyle: { color, borderColor: palette.surface, borderWidth: 1, opacity: 0.92 } };
  });
  const troubled = marks
    .filter(({ cluster }) => worstTone(cluster.shipments) !== 'blue')
    .slice(0, MAX_RIPPLES);
  const ripples = new Set(troubled);
  const shared = {
    coordinateSystem: 'geo' as const,
    symbolSize: markSize,
    label: {
      show: true,
      color: palette.surface,
      fontSize: 11,
      fontWeight: 600,
      formatter: ({ value }: { value: unknown }) => {
        const count = (value as number[])[2] ?? 1;
        return count > 1 ? String(count) : '';
      },
    },
  };
  return [
    { ...shared, type: 'scatter' as const, data: marks.filter((mark) => !ripples.has(mark)) },
    {
      ...shared,
      type: 'effectScatter' as const,
      rippleEffect: { scale: 2.2, period: 5, brushType: 'stroke' as const },
      data: troubled,
    },
  ];
}

function mapOption(clusters: Cluster[], palette: Palette): EChartsOption {
  return {
    animation: false,
    geo: { ...geoBase(palette), left: 8, right: 8, top: 8, bottom: 8 },
    tooltip: {
      ...tooltipStyle(palette),
      trigger: 'item',
      formatter: (item) => describe((item as unknown as { data: Mark }).data.cluster),
    },
    series: markSeries(clusters, palette) as EChartsOption['series'],
  };
}

function zoomOf(chart: EChartsType): number {
  const { geo } = chart.getOption() as { geo?: { zoom?: number }[] };
  return geo?.[0]?.zoom ?? 1;
}

/** Rounded, so that clusters are not formed anew with every turn of the wheel. */
function zoomStep(zoom: number): number {
  return 2 ** (Math.round(Math.log2(zoom) * 2) / 2);
}

interface ShipmentMapProps {
  shipments: MapShipment[];
  height: number | string;
}

/** The shipments on the move, where they were last seen. A mark opens its shipment, a cluster comes apart. */
export function ShipmentMap({ shipments, height }: ShipmentMapProps) {
  const palette = usePalette();
  const navigate = useNavigate();
  const [zoom, setZoom] = useState(1);
  const clusters = useMemo(() => clusterShipments(shipments, zoom), [shipments, zoom]);
  const option = useMemo(() => mapOption(clusters, palette), [clusters, palette]);
  const openRef = useRef((_cluster: Cluster, _chart: EChartsType) => {});
  openRef.current = ({ shipments: members, position }, chart) => {
    const [only] = members;
    if (only && members.length === 1) {
      void navigate({ to: '/shipments/$id', params: { id: only.id } });
      return;
    }
    const closer = zoomOf(chart) * ZOOM_INTO_CLUSTER;
    chart.setOption({ geo: { zoom: closer, center: position } });
    setZoom(zoomStep(closer));
  };

  const onReady = useCallback((chart: EChartsType) => {
    chart.on('georoam', () => setZoom(zoomStep(zoomOf(chart))));
    chart.on('click', (event) => {
      const mark = event.data as unknown as Mark | undefined;
      if (mark?.cluster) openRef.current(mark.cluster, chart);
    });
  }, []);

  const located = clusters.reduce((sum, cluster) => sum + cluster.shipments.length, 0);
  return (
    <EChart
      option={option}
      height={height}
      label={`World map with ${located} shipments on the move`}
      onReady={onReady}
    />
  );
}
