import { useEffect, useRef } from 'react';
import { echarts, type EChartsOption, type EChartsType } from './echarts';

interface EChartProps {
  option: EChartsOption;
  height: number | string;
  /** What the chart shows, for those who can not see it. */
  label: string;
  /** Called once with the chart, to listen to its events; the chart's end ends the listening. */
  onReady?: (chart: EChartsType) => void;
}

/** One chart that fits its box and follows its option. */
export function EChart({ option, height, label, onReady }: EChartProps) {
  const boxRef = useRef<HTMLDivElement>(null);
  const chartRef = useRef<EChartsType | null>(null);
  const onReadyRef = useRef(onReady);
  onReadyRef.current = onReady;

  useEffect(() => {
    const box = boxRef.current;
    if (!box) return;
    const chart = echarts.init(box);
    chartRef.current = chart;
    onReadyRef.current?.(chart);
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(box);
    return () => {
      observer.disconnect();
      chartRef.current = null;
      chart.dispose();
    };
  }, []);

  useEffect(() => {
    chartRef.current?.setOption(option, { replaceMerge: ['series'], lazyUpdate: true });
  }, [option]);

  return <div ref={boxRef} role="img" aria-label={label} style={{ width: '100%', height }} />;
}
