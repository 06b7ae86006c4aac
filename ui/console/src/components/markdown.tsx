import { Anchor, Code, Table, Text, Title } from '@mantine/core';
import MarkdownToJsx from 'markdown-to-jsx';
import { isValidElement, type ComponentProps, type ReactElement, type ReactNode } from 'react';
import { CodeBlock } from './code-block';
import classes from './markdown.module.css';

/** Renders Markdown that the server sent. HTML inside it stays text, and links of unsafe schemes are dropped. */
export default function Markdown({ children }: { children: string }) {
  return (
    <div className={classes.text}>
      <MarkdownToJsx options={{ disableParsingRawHTML: true, forceBlock: true, wrapper: 'div', overrides }}>
        {children}
      </MarkdownToJsx>
    </div>
  );
}

const heading = (size: string) =>
  function Heading({ children }: { children?: ReactNode }) {
    // The page has its own first heading.
    return (
      <Title order={3} fz={size}>
        {children}
      </Title>
    );
  };

const overrides = {
  h1: heading('md'),
  h2: heading('md'),
  h3: heading('sm'),
  p: ({ children }: { children?: ReactNode }) => (
    <Text fz="sm">
      {children}
    </Text>
  ),
  a: ({ href, children }: ComponentProps<'a'>) => (
    <Anchor href={href} target="_blank" rel="noreferrer">
      {children}
    </Anchor>
  ),
  code: ({ children }: { children?: ReactNode }) => <Code>{children}</Code>,
  pre: ({ children }: { children?: ReactNode }) => {
    const code = isValidElement(children) ? (children as ReactElement<{ className?: string; children?: ReactNode }>) : undefined;
    const language = /lang(?:uage)?-(\w+)/.exec(code?.props.className ?? '')?.[1] ?? 'text';
    return <CodeBlock code={String(code?.props.children ?? children)} language={language} />;
  },
  table: ({ children }: { children?: ReactNode }) => (
    <Table.ScrollContainer minWidth={0} my="sm">
      <Table withTableBorder fz="sm">
        {children}
      </Table>
    </Table.ScrollContainer>
  ),
};
