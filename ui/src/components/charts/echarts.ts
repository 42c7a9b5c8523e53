/** The parts of ECharts that are used; everything else stays out of the bundle. */
import { EffectScatterChart, LineChart, LinesChart, ScatterChart } from 'echarts/charts';
import {
  GeoComponent,
  GridComponent,
  MarkAreaComponent,
  TitleComponent,
  TooltipComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

echarts.use([
  CanvasRenderer,
  EffectScatterChart,
  GeoComponent,
  GridComponent,
  LineChart,
  LinesChart,
  MarkAreaComponent,
  ScatterChart,
  TitleComponent,
  TooltipComponent,
]);

export { echarts };
/** Text of users and partners goes into tooltips; it must never be read as markup. */
export const escapeHtml = echarts.format.encodeHTML;
export type { EChartsType } from 'echarts/core';
export type { EChartsOption } from 'echarts';
