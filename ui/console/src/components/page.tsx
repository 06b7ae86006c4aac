import { Group, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { LinkProps } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { LinkAnchor } from './links';
import classes from './page.module.css';

interface PageProps {
  title: string;
  subtitle?: ReactNode;
  /** Where "back" leads, on pages below a list. */
  back?: { to: LinkProps['to']; label: string };
  /** Stands before the title, e.g. an avatar. */
  icon?: ReactNode;
  /** Stands after the title in the same line, e.g. badges. */
  badges?: ReactNode;
  /** Buttons at the end of the header. */
  actions?: ReactNode;
  /** Narrow for forms and text, wide for lists, full for a form beside a preview. */
  width?: 'narrow' | 'wide' | 'full';
  children: ReactNode;
}

/** Frame of every page: header with title and actions, then the content. */
export function Page({ title, subtitle, back, icon, badges, actions, width = 'wide', children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Portico`;
  }, [title]);

  return (
    <div className={classes.page} data-width={width}>
      {back && (
        <LinkAnchor to={back.to} fz="sm" c="dimmed" className={classes.back}>
          <IconArrowLeft size={15} aria-hidden />
          {back.label}
        </LinkAnchor>
      )}
      <header className={classes.header}>
        <Group gap="md" wrap="nowrap" miw={0} align={subtitle ? 'flex-start' : 'center'}>
          {icon}
          <Stack gap={4} miw={0}>
            <Group gap="xs">
              <Title order={1}>{title}</Title>
              {badges}
            </Group>
            {subtitle && (
              <Text component="div" c="dimmed" fz="sm">
                {subtitle}
              </Text>
            )}
          </Stack>
        </Group>
        {actions && <Group gap="xs">{actions}</Group>}
      </header>
      {children}
    </div>
  );
}
