import { json, jsonParseLinter } from '@codemirror/lang-json';
import { linter } from '@codemirror/lint';
import { CodeEditor, type CodeEditorProps } from './code-editor';

const language = [json(), linter(jsonParseLinter())];

/** A JSON text with syntax colours and mistakes underlined. */
export default function JsonEditor(props: CodeEditorProps) {
  return <CodeEditor {...props} language={language} />;
}
