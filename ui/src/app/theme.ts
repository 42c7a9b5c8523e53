import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The accent: the blue-green of harbour water. */
const harbor: MantineColorsTuple = [
  '#e4fafd',
  '#d0f1f6',
  '#a2e2ec',
  '#70d2e1',
  '#48c5d8',
  '#2fbdd3',
  '#1ab4cc',
  '#0b95aa',
  '#0b7285',
  '#075a69',
];

/** Slate in place of the neutral dark greys: easier on the eyes on a wall at night. */
const dark: MantineColorsTuple = [
  '#d3dae6',
  '#a9b4c6',
  '#8794aa',
  '#66738a',
  '#36435a',
  '#28344a',
  '#172030',
  '#0e1522',
  '#0a101a',
  '#060a11',
];

export const theme = createTheme({
  primaryColor: 'harbor',
  primaryShade: { light: 8, dark: 7 },
  colors: { harbor, dark },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1rem' } } },
  defaultRadius: 'md',
  focusRing: 'auto',
  cursorType: 'pointer',
  autoContrast: true,
  components: {
    Badge: { defaultProps: { variant: 'light', radius: 'sm' } },
    Tooltip: {
      defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: true } },
    },
    Modal: { defaultProps: { centered: true } },
  },
});
