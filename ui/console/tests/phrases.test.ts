import { describe, expect, it } from 'vitest';
import { de } from '../src/phrases/de';
import { en } from '../src/phrases/en';

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1] ?? '').toSorted();
}

const source = flatten(en);

describe.each([['de', de]] as const)('phrases in %s', (_, phrases) => {
  const translated = new Map(flatten(phrases));

  it('has the keys of the English phrases, and no others', () => {
    expect([...translated.keys()].toSorted()).toEqual(source.map(([key]) => key).toSorted());
  });

  it.each(source)('%s', (key, text) => {
    const translation = translated.get(key) ?? '';
    expect(translation.trim()).not.toBe('');
    expect(placeholders(translation)).toEqual(placeholders(text));
  });
});
