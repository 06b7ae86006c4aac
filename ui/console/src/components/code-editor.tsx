import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, defaultHighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { Input, useComputedColorScheme } from '@mantine/core';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { darkHighlight } from './code-editor-colors';
import classes from './code-editor.module.css';

/** Given to the editor rather than to a style sheet, because it measures its lines by these rules. */
const look = {
  '&': { minHeight: '130px', maxHeight: '420px', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.6' },
  '.cm-content': { minHeight: '130px', padding: '10px 0' },
  '.cm-gutters': { border: '0', background: 'transparent', color: 'var(--mantine-color-dimmed)' },
  '.cm-activeLine': { background: 'color-mix(in srgb, var(--mantine-color-text) 4%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
} as const;

export interface CodeEditorProps {
  label: string;
  description?: ReactNode;
  error?: string;
  value: string;
  onChange: (value: string) => void;
}

interface LanguageProps {
  /** Grammar and checks of the language; the same object for the life of the editor. */
  language: Extension;
}

/** A text with syntax colours. Tab leaves the editor, as in any field. */
export function CodeEditor({ label, description, error, value, onChange, language }: CodeEditorProps & LanguageProps) {
  const scheme = useComputedColorScheme('light');
  const labelId = useId();
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef({ value, onChange });
  latest.current = { value, onChange };

  useEffect(() => {
    if (!parent.current) return;
    const editor = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          highlightActiveLine(),
          language,
          syntaxHighlighting(scheme === 'dark' ? darkHighlight : defaultHighlightStyle),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.theme(look, { dark: scheme === 'dark' }),
          EditorView.contentAttributes.of({ 'aria-labelledby': labelId }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [scheme, labelId, language]);

  // The form was reset or reloaded.
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return (
    <div>
      <Input.Label id={labelId} component="div">
        {label}
      </Input.Label>
      {description && <Input.Description>{description}</Input.Description>}
      <div ref={parent} className={classes.editor} data-error={error ? true : undefined} />
      {error && <Input.Error mt={6}>{error}</Input.Error>}
    </div>
  );
}
