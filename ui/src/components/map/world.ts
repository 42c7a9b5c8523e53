import { geoNaturalEarth1 } from 'd3-geo';
import type { FeatureCollection } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import topology from 'world-atlas/countries-110m.json';
import { echarts } from '@/components/charts/echarts';
import type { Palette } from '@/components/charts/palette';

const WORLD = 'world';
/** No goods go there, and it takes a quarter of the picture. */
const ANTARCTICA = '010';

const world = topology as unknown as Topology<{ countries: GeometryCollection }>;
const countries = feature(world, world.objects.countries) as FeatureCollection;
echarts.registerMap(WORLD, {
  geoJSON: { ...countries, features: countries.features.filter(({ id }) => id !== ANTARCTICA) } as never,
  specialAreas: {},
});

/** The atlas is made for spheres: its shapes cross the antimeridian, and `stream` cuts them there. */
const naturalEarth = geoNaturalEarth1().scale(100).translate([0, 0]);

export type LonLat = [longitude: number, latitude: number];

/** The base of every map: land and borders, quiet enough to carry marks. */
export function geoBase(palette: Palette) {
  return {
    map: WORLD,
    roam: true as const,
    silent: true,
    projection: {
      project: (point: number[]) => naturalEarth(point as LonLat) ?? [0, 0],
      unproject: (point: number[]) => naturalEarth.invert?.(point as LonLat) ?? [0, 0],
      // ECharts writes this type more narrowly than d3-geo, whose streams it calls.
      stream: naturalEarth.stream as never,
    },
    itemStyle: { areaColor: palette.land, borderColor: palette.coast, borderWidth: 0.6 },
    emphasis: { disabled: true },
    scaleLimit: { min: 1, max: 24 },
  };
}
