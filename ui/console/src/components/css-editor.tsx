import { css } from '@codemirror/lang-css';
import { CodeEditor, type CodeEditorProps } from './code-editor';

const language = css();

/** A style sheet with syntax colours. */
export default function CssEditor(props: CodeEditorProps) {
  return <CodeEditor {...props} language={language} />;
}
