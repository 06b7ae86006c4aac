import { Group, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { CopyButton } from './copy';
import classes from './code-block.module.css';

interface CodeBlockProps {
  code: string;
  /** Name known to highlight.js, e.g. `tsx`, `bash`, `python`. */
  language: string;
  /** File name or other caption. */
  title?: string;
}

/** A block of code with a caption and a copy button. The highlighter arrives after the text. */
export function CodeBlock({ code, language, title }: CodeBlockProps) {
  const [html, setHtml] = useState<string>();
  const text = code.trim();

  useEffect(() => {
    let current = true;
    void import('./highlight').then(({ highlight }) => {
      if (current) setHtml(highlight(text, language));
    });
    return () => {
      current = false;
    };
  }, [text, language]);

  return (
    <figure className={classes.block}>
      <Group component="figcaption" justify="space-between" wrap="nowrap" className={classes.caption}>
        <Text span fz="xs" ff="monospace" c="dimmed" truncate>
          {title ?? language}
        </Text>
        <CopyButton value={text} label={title ?? language} />
      </Group>
      {/* A region that scrolls must be reachable by keyboard. */}
      <pre className={classes.code} tabIndex={0}>
        {html === undefined ? <code>{text}</code> : <code dangerouslySetInnerHTML={{ __html: html }} />}
      </pre>
    </figure>
  );
}
