import { deriveBrand } from '@portico/kit/colour';

/** The dark colour of a new installation: nobody has chosen it. */
const initialDarkColor = '#8768f8';

/**
 * The dark colour that goes with a brand colour, or undefined when the present one stays: somebody
 * has chosen it, so it is neither the initial one nor what it was derived to before.
 */
export function followBrand(dark: string, primaryColor: string, derivedBefore?: string): string | undefined {
  const present = dark.trim().toLowerCase();
  if (present !== initialDarkColor && present !== derivedBefore) return undefined;
  return deriveBrand(primaryColor, 'dark')?.text;
}
