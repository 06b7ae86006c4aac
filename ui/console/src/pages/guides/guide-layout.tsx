import { Anchor, Group, Text } from '@mantine/core';
import type { LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { GuideLogo } from '../../components/guide-card';
import { LinkButton } from '../../components/links';
import { Page } from '../../components/page';
import type { OutlineEntry } from '../../guides/context';
import type { Guide } from '../../guides/types';
import classes from './guide-layout.module.css';

interface GuideLayoutProps {
  guide: Guide;
  /** What the guide is filled in with: the name of the application or API resource. */
  name: string;
  outline: OutlineEntry[];
  /** Where the reader goes when done. */
  finish: LinkProps;
  finishHint?: string;
  children: ReactNode;
}

/** A guide as a page: outline on the side, steps, and a button to finish. */
export function GuideLayout({ guide, name, outline, finish, finishHint, children }: GuideLayoutProps) {
  const { t } = useTranslation();
  return (
    <Page
      title={guide.name}
      subtitle={t('guides.guideFor', { name })}
      icon={<GuideLogo guide={guide} size={44} />}
      actions={
        <LinkButton {...finish} variant="default">
          {t('guides.skip')}
        </LinkButton>
      }
    >
      <div className={classes.columns}>
        <div className={classes.content}>
          {children}
          <Group justify="space-between" className={classes.finish}>
            <Text fz="sm" c="dimmed">
              {finishHint}
            </Text>
            <LinkButton {...finish}>{t('guides.finish')}</LinkButton>
          </Group>
        </div>
        {outline.length > 0 && (
          <nav className={classes.outline} aria-label={t('guides.steps')}>
            <Text fz="xs" fw={550} c="dimmed" mb={6}>
              {t('guides.steps')}
            </Text>
            <ol>
              {outline.map(({ id, title }, index) => (
                <li key={id}>
                  <Anchor href={`#${id}`} fz="sm" c="dimmed" className={classes.anchor}>
                    <span>{index + 1}</span>
                    {title}
                  </Anchor>
                </li>
              ))}
            </ol>
          </nav>
        )}
      </div>
    </Page>
  );
}
