import {
  createTheme,
  defaultVariantColorsResolver,
  parseThemeColor,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

const iris: MantineColorsTuple = [
  '#eef1ff', '#dce1fb', '#b6c0f1', '#8e9ce7', '#6c7edf', '#586cda', '#4c5fd5', '#3d4fbd', '#3546a9', '#2b3b95',
];

/** Cooler and deeper than Mantine's own greys, so that panels stand out without heavy borders. */
const dark: MantineColorsTuple = [
  '#e4e7ee', '#b9bfcc', '#8f97a8', '#6b7386', '#3a4152', '#2a3040', '#20252f', '#171b23', '#11141a', '#0b0d12',
];

/** Tinted surfaces: a wash of the colour, quiet enough to stand in every row of a list. */
const variantColors: VariantColorsResolver = (input) => {
  const standard = defaultVariantColorsResolver(input);
  const parsed = parseThemeColor({ color: input.color ?? input.theme.primaryColor, theme: input.theme });
  // Mantine's red is too light behind white text.
  if (input.variant === 'filled' && parsed.color === 'red') {
    const deep = 'var(--mantine-color-red-9)';
    return { ...standard, background: deep, hover: `color-mix(in srgb, ${deep} 88%, black)`, color: '#fff' };
  }
  if (input.variant !== 'light' || !parsed.isThemeColor) return standard;
  const shade = (index: number) => `var(--mantine-color-${parsed.color}-${index})`;
  const wash = (percent: number) => `color-mix(in srgb, ${shade(5)} ${percent}%, transparent)`;
  return {
    ...standard,
    background: `light-dark(${wash(12)}, ${wash(17)})`,
    hover: `light-dark(${wash(18)}, ${wash(24)})`,
    color: `light-dark(color-mix(in srgb, ${shade(9)} 84%, black), ${shade(2)})`,
  };
};

/** The theme; words that parts of it speak are in the reader's language. */
export function createConsoleTheme(words: { close: string }) {
  const closeButtonProps = { 'aria-label': words.close };
  return createTheme({
    variantColorResolver: variantColors,
    primaryColor: 'iris',
    primaryShade: { light: 6, dark: 5 },
    colors: { iris, dark },
    fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
    fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, monospace",
    defaultRadius: 'md',
    cursorType: 'pointer',
    headings: {
      fontWeight: '620',
      sizes: {
        h1: { fontSize: '1.5rem', lineHeight: '1.3' },
        h2: { fontSize: '1.125rem', lineHeight: '1.4' },
        h3: { fontSize: '1rem', lineHeight: '1.4' },
        h4: { fontSize: '1rem', lineHeight: '1.5' },
      },
    },
    components: {
      Modal: {
        defaultProps: {
          centered: true,
          radius: 'lg',
          padding: 'lg',
          overlayProps: { backgroundOpacity: 0.45, blur: 2 },
          closeButtonProps,
        },
        styles: { title: { fontWeight: 600 } },
      },
      Drawer: {
        defaultProps: { padding: 'lg', closeButtonProps },
        // Room for cards that rise when they are pointed at.
        styles: { title: { fontWeight: 600 }, body: { paddingTop: 4 } },
      },
      // Their `header` elements would count as further banners of the page.
      ModalHeader: { defaultProps: { role: 'none' } },
      DrawerHeader: { defaultProps: { role: 'none' } },
      Notification: { defaultProps: { closeButtonProps } },
      // Beside its target rather than at the end of the page, which is outside all landmarks; fixed, so that a
      // scrolling table does not cut it off.
      Tooltip: { defaultProps: { openDelay: 300, fz: 'xs', withinPortal: false, floatingStrategy: 'fixed' } },
      Paper: { defaultProps: { radius: 'lg' } },
    },
  });
}

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--portico-canvas': '#f7f8fa',
    '--portico-surface': '#ffffff',
    '--portico-surface-sunken': '#f4f5f8',
    '--mantine-color-default-border': '#e3e6ec',
    '--mantine-color-dimmed': '#626b7c',
    '--mantine-color-placeholder': '#6f7889',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--mantine-color-red-text': 'var(--mantine-color-red-9)',
  },
  dark: {
    '--portico-canvas': '#0d1015',
    '--portico-surface': '#151920',
    '--portico-surface-sunken': '#1b2029',
    '--mantine-color-body': '#151920',
    '--mantine-color-default': '#1b2029',
    '--mantine-color-default-hover': '#222834',
    '--mantine-color-default-border': '#2a303d',
    '--mantine-color-dimmed': '#98a1b3',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-red-text': 'var(--mantine-color-red-4)',
  },
});
