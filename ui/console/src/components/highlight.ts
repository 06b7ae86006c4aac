import highlighter from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import dart from 'highlight.js/lib/languages/dart';
import go from 'highlight.js/lib/languages/go';
import gradle from 'highlight.js/lib/languages/gradle';
import http from 'highlight.js/lib/languages/http';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import php from 'highlight.js/lib/languages/php';
import properties from 'highlight.js/lib/languages/properties';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

const languages = {
  bash, csharp, css, dart, go, gradle, http, ini, java, javascript, json, kotlin, php, properties, python, ruby,
  swift, typescript, xml, yaml,
};

for (const [name, definition] of Object.entries(languages)) highlighter.registerLanguage(name, definition);
highlighter.registerAliases(['vue', 'svelte', 'razor', 'cshtml'], { languageName: 'xml' });
highlighter.registerAliases(['env', 'dotenv', 'toml'], { languageName: 'ini' });

/** HTML of the code with its tokens in spans; everything else is escaped. */
export function highlight(code: string, language: string): string | undefined {
  return highlighter.getLanguage(language) ? highlighter.highlight(code, { language }).value : undefined;
}
