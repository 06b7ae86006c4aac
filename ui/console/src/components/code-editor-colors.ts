import { HighlightStyle } from '@codemirror/language';
import { tags } from '@lezer/highlight';

/** Colours for JSON on a dark page; they match the code blocks. */
export const darkHighlight = HighlightStyle.define([
  { tag: tags.propertyName, color: '#8fb8ff' },
  { tag: tags.string, color: '#8ddba9' },
  { tag: tags.number, color: '#f5b38a' },
  { tag: [tags.bool, tags.null], color: '#c9a2ff' },
  { tag: tags.invalid, color: '#ff8f8f' },
]);
