import { useComputedColorScheme } from '@mantine/core';
import type { Tone } from '@/domain/status';

export interface Palette {
  text: string;
  quiet: string;
  line: string;
  surface: string;
  land: string;
  coast: string;
  accent: string;
  tones: Record<Tone, string>;
}

const LIGHT: Palette = {
  text: '#1f2937',
  quiet: '#64748b',
  line: '#e2e8f0',
  surface: '#ffffff',
  land: '#e6ebf1',
  coast: '#ffffff',
  accent: '#0b7285',
  tones: {
    gray: '#868e96',
    blue: '#1c7ed6',
    violet: '#7048e8',
    teal: '#0ca678',
    orange: '#e8590c',
    red: '#e03131',
    yellow: '#f08c00',
  },
};

const DARK: Palette = {
  text: '#d3dae6',
  quiet: '#8794aa',
  line: '#28344a',
  surface: '#172030',
  land: '#263349',
  coast: '#172030',
  accent: '#2fbdd3',
  tones: {
    gray: '#8794aa',
    blue: '#4dabf7',
    violet: '#9775fa',
    teal: '#38d9a9',
    orange: '#ff922b',
    red: '#ff6b6b',
    yellow: '#ffd43b',
  },
};

/** Colours for canvases, which can not use the style sheet's variables. */
export function usePalette(): Palette {
  return useComputedColorScheme('light') === 'dark' ? DARK : LIGHT;
}

/** The look that all tooltips share. */
export function tooltipStyle(palette: Palette) {
  return {
    backgroundColor: palette.surface,
    borderColor: palette.line,
    textStyle: { color: palette.text, fontSize: 12 },
    padding: [6, 10],
    confine: true,
  };
}
