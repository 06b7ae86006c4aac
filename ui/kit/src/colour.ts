/**
 * Derives a whole set of accessible colours from one brand colour, so that an administrator may pick
 * any colour and the pages still meet WCAG 2.2 contrast (4.5:1 for text, 3:1 for outlines).
 */

type Rgb = readonly [number, number, number];

const black: Rgb = [16, 16, 20];
const white: Rgb = [255, 255, 255];

/** Surfaces that brand-coloured text and outlines are drawn on. */
export const surfaces = { light: "#ffffff", dark: "#17181c" } as const;

/** The two looks of a page. */
export type Theme = keyof typeof surfaces;

/** Colours derived from a brand colour for one theme, all as `#rrggbb`. */
export interface BrandColours {
  /** Background of the main button. */
  brand: string;
  hover: string;
  pressed: string;
  /** Text on `brand`, at least 4.5:1. */
  onBrand: string;
  /** Brand colour for text and links on the page surface, at least 4.5:1. */
  text: string;
  /** Brand colour for outlines and focus rings on the page surface, at least 3:1. */
  outline: string;
}

/** Parses `#rgb`, `#rrggbb` or `#rrggbbaa` (alpha is ignored); undefined when it is none of them. */
export function parseHex(value: string): Rgb | undefined {
  const digits = /^#?([\da-f]{3}|[\da-f]{6}|[\da-f]{8})$/i.exec(value.trim())?.[1];
  if (!digits) return undefined;
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16)) as unknown as Rgb;
}

const toHex = (colour: Rgb) =>
  `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

const mix = (from: Rgb, to: Rgb, amount: number): Rgb =>
  from.map((part, index) => part + ((to[index] ?? 0) - part) * amount) as unknown as Rgb;

/** Relative luminance, WCAG 2.2. */
function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Contrast ratio of two hex colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  return ratio(parseHex(one) ?? black, parseHex(other) ?? white);
}

/** Moves a colour towards `target` in small steps until it stands out from `surface` by `minimum`. */
function standOut(colour: Rgb, surface: Rgb, target: Rgb, minimum: number): Rgb {
  for (let amount = 0; amount < 1; amount += 0.04) {
    const candidate = mix(colour, target, amount);
    if (ratio(candidate, surface) >= minimum) return candidate;
  }
  return target;
}

/** All colours of one theme from the brand colour; an unreadable value gives undefined. */
export function deriveBrand(primary: string, theme: Theme): BrandColours | undefined {
  const brand = parseHex(primary);
  const surface = parseHex(surfaces[theme]);
  if (!brand || !surface) return undefined;
  // Designers expect white text; dark text only where the brand colour would have to change much for it.
  const onBrand = ratio(brand, white) >= 3 ? white : black;
  // A mid-tone is nudged away from its text.
  const solid = standOut(brand, onBrand, onBrand === white ? black : white, 4.5);
  const away = theme === "light" ? black : white;
  const shade = onBrand === white ? black : white;
  return {
    brand: toHex(solid),
    hover: toHex(mix(solid, shade, 0.1)),
    pressed: toHex(mix(solid, shade, 0.2)),
    onBrand: toHex(onBrand),
    text: toHex(standOut(brand, surface, away, 4.5)),
    outline: toHex(standOut(brand, surface, away, 3)),
  };
}
