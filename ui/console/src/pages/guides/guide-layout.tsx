import { Group, Text } from '@mantine/core';
import { useScrollSpy } from '@mantine/hooks';
import type { LinkProps } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
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
        // An API resource has no page of details to skip to.
        guide.applicationType !== 'API' && (
          <LinkButton {...finish} variant="default">
            {t('guides.skip')}
          </LinkButton>
        )
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
        {outline.length > 0 && <Outline entries={outline} />}
      </div>
    </Page>
  );
}

/** Room of the top bar, and a little more: a step is current once its title is near the top. */
const readingLine = 140;

/** The steps beside the page; the one being read stands out. */
function Outline({ entries }: { entries: OutlineEntry[] }) {
  const { t } = useTranslation();
  const { active, reinitialize } = useScrollSpy({
    selector: entries.map(({ id }) => `#${id}`).join(','),
    getDepth: () => 1,
    getValue: (element) => element.id,
    offset: readingLine,
  });
  // The steps were drawn before this outline heard of them.
  useEffect(reinitialize, [entries]);

  return (
    <nav className={classes.outline} aria-label={t('guides.steps')}>
      <Text fz="xs" fw={550} c="dimmed" mb={6}>
        {t('guides.steps')}
      </Text>
      <ol>
        {entries.map(({ id, title }, index) => (
          <li key={id}>
            <a href={`#${id}`} className={classes.anchor} aria-current={index === active ? 'step' : undefined}>
              <span>{index + 1}</span>
              {title}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
