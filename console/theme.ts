import { createTheme, type MantineColorsTuple } from '@mantine/core';

const bell: MantineColorsTuple = [
  '#e9f7f3',
  '#d3ece4',
  '#a5d9c9',
  '#74c6ad',
  '#4db696',
  '#34ac87',
  '#1f9c78',
  '#0f7f60',
  '#0b6a51',
  '#06543f',
];

// White words need a contrast of 4.5 to 1 to what is filled, which the first six shades do not have.
export const theme = createTheme({
  primaryColor: 'bell',
  colors: { bell },
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif, 'Noto Color Emoji'",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'Liberation Mono', Menlo, Consolas, monospace",
  headings: { fontWeight: '650' },
});
