import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { languages } from "./index";

type Tree = { [key: string]: string | Tree };

const read = (tag: string) => JSON.parse(readFileSync(new URL(`${tag}.json`, import.meta.url), "utf8")) as Tree;

/** All strings by dotted key. */
function flatten(tree: Tree, prefix = ""): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === "string" ? [[prefix + key, value] as const] : [...flatten(value, `${prefix}${key}.`)],
    ),
  );
}

const placeholders = (text: string) => [...text.matchAll(/{{\w+}}|<\/?\w+>/g)].map(([found]) => found).sort();

const english = flatten(read("en"));

it("ships every language that there is a file for", () => {
  const files = readdirSync(new URL(".", import.meta.url)).filter((name) => /^[a-z]{2}(-\w+)?\.json$/.test(name));
  expect(files.sort()).toEqual(languages.map((tag) => `${tag}.json`).sort());
});

describe.each(languages.filter((tag) => tag !== "en"))("%s", (tag) => {
  const strings = flatten(read(tag));

  it("has the keys of English, no more and no fewer", () => {
    expect([...strings.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("has the placeholders of English", () => {
    const wrong = [...strings].filter(
      ([key, text]) => placeholders(text).join() !== placeholders(english.get(key) ?? "").join(),
    );
    expect(wrong).toEqual([]);
  });

  it("leaves nothing empty", () => {
    expect([...strings].filter(([, text]) => text.trim() === "")).toEqual([]);
  });
});
