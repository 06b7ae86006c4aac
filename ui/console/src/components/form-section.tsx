import { Paper, Stack, Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import classes from './form-section.module.css';

interface FormSectionProps {
  title: string;
  text?: ReactNode;
  /** Puts the fields below the title, where there is little room beside it. */
  stacked?: boolean;
  children: ReactNode;
}

/** A titled group of form fields: what it is about on the left, the fields on the right. */
export function FormSection({ title, text, stacked, children }: FormSectionProps) {
  const id = useId();
  return (
    <Paper component="section" withBorder className={classes.section} data-stacked={stacked || undefined} aria-labelledby={id}>
      <div>
        <Title order={2} id={id} fz="md">
          {title}
        </Title>
        {text && (
          <Text c="dimmed" fz="sm" mt={4}>
            {text}
          </Text>
        )}
      </div>
      <Stack gap="lg" miw={0}>
        {children}
      </Stack>
    </Paper>
  );
}
