import { describe, expect, it } from "vitest";
import { contrast, deriveBrand, parseHex, surfaces } from "./colour";

const brands = ["#6139F6", "#ffffff", "#000000", "#ffd400", "#7a7a7a", "#00c2a8", "#e11", "#0a0a23", "#ff8a00"];

describe("deriveBrand", () => {
  for (const theme of ["light", "dark"] as const) {
    it.each(brands)(`keeps %s readable in the ${theme} theme`, (primary) => {
      const colours = deriveBrand(primary, theme);
      if (!colours) throw new Error("not a colour");
      for (const background of [colours.brand, colours.hover, colours.pressed]) {
        expect(contrast(background, colours.onBrand)).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrast(colours.text, surfaces[theme])).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colours.outline, surfaces[theme])).toBeGreaterThanOrEqual(3);
    });
  }

  it("leaves a brand colour alone that is readable already", () => {
    expect(deriveBrand("#6139F6", "light")?.brand).toBe("#6139f6");
  });

  it("refuses what is not a colour", () => {
    expect(parseHex("red;}")).toBeUndefined();
    expect(deriveBrand("url(x)", "light")).toBeUndefined();
  });
});
