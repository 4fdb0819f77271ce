import { createTheme, type MantineColorsTuple } from '@mantine/core';
import { commonTexts as texts } from '../texts/common';
import classes from './theme.module.css';

/** The one colour of the product: petrol. Shade 7 on white, and white on shade 7, have a contrast of 5.9. */
const petrol: MantineColorsTuple = [
  '#e9f7f7',
  '#d3ecee',
  '#a5d9dc',
  '#74c5ca',
  '#4fb3ba',
  '#2f9aa3',
  '#1c8089',
  '#136871',
  '#0e525a',
  '#083c43',
];

/** Greys with a breath of blue, so that surfaces and lines stay apart without heavy borders. */
const gray: MantineColorsTuple = [
  '#f8f9fb',
  '#f1f3f6',
  '#e5e8ed',
  '#d4d9e0',
  '#b6bdc8',
  '#8d96a5',
  '#626c7b',
  '#4a5362',
  '#323a46',
  '#1c222b',
];

/** Surfaces of the dark scheme: 7 is the page, 6 what lies on it, 4 lines, 2 dimmed text, 0 text. */
const dark: MantineColorsTuple = [
  '#d5dae2',
  '#b9c0cb',
  '#959eac',
  '#6b7483',
  '#363d49',
  '#2a303a',
  '#1d222a',
  '#14181e',
  '#101318',
  '#0b0d11',
];

/** What destroys, and what has failed. White on shades 6 and 7 has a contrast of 5 and more. */
const red: MantineColorsTuple = [
  '#fff0f0',
  '#fddddd',
  '#f8b9b9',
  '#f29293',
  '#ee7173',
  '#e5484d',
  '#cd2b31',
  '#b4232a',
  '#961c22',
  '#6d1317',
];

const SYSTEM_FONTS =
  '"Inter", ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';
const MACHINE_FONTS =
  'ui-monospace, "SF Mono", "JetBrains Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace';

/** How the console looks: dense, calm, one accent. Fonts are those of the system; nothing is loaded. */
export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol, gray, dark, red },
  autoContrast: true,
  luminanceThreshold: 0.28,
  black: '#161b22',
  fontFamily: SYSTEM_FONTS,
  fontFamilyMonospace: MACHINE_FONTS,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.5' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.25rem', xl: '2rem' },
  radius: { xs: '0.1875rem', sm: '0.375rem', md: '0.5rem', lg: '0.75rem', xl: '1rem' },
  headings: {
    fontWeight: '600',
    textWrap: 'balance',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
      h4: { fontSize: '0.8125rem', lineHeight: '1.4' },
    },
  },
  components: {
    Alert: { defaultProps: { variant: 'light', p: 'sm' }, classNames: { root: classes.alert, title: classes.alertTitle } },
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', checkIconPosition: 'right' } },
    MultiSelect: { defaultProps: { size: 'sm' } },
    NumberInput: { defaultProps: { size: 'sm' } },
    TagsInput: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, multiline: true } },
    Modal: {
      classNames: { title: classes.modalTitle },
      defaultProps: {
        centered: true,
        radius: 'md',
        overlayProps: { backgroundOpacity: 0.45 },
        // An element `header` would be a second banner of the page.
        attributes: { header: { role: 'presentation' } },
      },
    },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': texts.close } } },
    // Tab reaches what scrolls.
    TableScrollContainer: { defaultProps: { scrollAreaProps: { viewportProps: { tabIndex: 0 } } } },
    Table: { defaultProps: { verticalSpacing: 'xs', horizontalSpacing: 'sm' } },
    Anchor: { defaultProps: { underline: 'hover' } },
  },
});
