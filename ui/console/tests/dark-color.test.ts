import { contrast, deriveBrand, surfaces } from '@portico/kit/colour';
import { describe, expect, it } from 'vitest';
import { followBrand } from '../src/pages/sign-in-experience/dark-color';

const teal = deriveBrand('#0e7490', 'dark')?.text;

describe('the dark colour', () => {
  it('follows the brand colour while it is that of a new installation', () => {
    expect(followBrand('#8768F8', '#0e7490')).toBe(teal);
    expect(contrast(teal ?? '', surfaces.dark)).toBeGreaterThanOrEqual(4.5);
  });

  it('goes on following after it was derived', () => {
    expect(followBrand(teal ?? '', '#be123c', teal)).toBe(deriveBrand('#be123c', 'dark')?.text);
  });

  it('stays when somebody has chosen it', () => {
    expect(followBrand('#ffd400', '#0e7490', teal)).toBeUndefined();
  });

  it('stays while the brand colour is half typed', () => {
    expect(followBrand('#8768f8', '#0e74')).toBeUndefined();
  });
});
