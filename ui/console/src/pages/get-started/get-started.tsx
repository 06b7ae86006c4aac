import { Anchor, Group, Paper, SimpleGrid, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconApi, IconApps, IconArrowRight,  IconBrush, IconExternalLink, IconPlugConnected, type Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { bootstrap } from '../../bootstrap';
import { GuideGrid } from '../../components/guide-card';
import { LinkAnchor } from '../../components/links';
import { Page } from '../../components/page';
import type { Guide } from '../../guides/types';
import classes from './get-started.module.css';

const CreateDialog = lazy(() => import('../guides/create-dialog'));

/** The first page after sign-in: what to do next, and the most used guides. */
export function GetStarted() {
  const { t } = useTranslation();
  const { administrator } = useRouteContext({ from: '/shell' });
  return (
    <Page title={t('getStarted.greeting', { name: administrator.name })} subtitle={t('getStarted.subtitle')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <StepCard icon={IconApps} title={t('getStarted.applicationTitle')} text={t('getStarted.applicationText')}>
          <LinkAnchor to="/applications/create" className={classes.action}>
            {t('getStarted.applicationAction')} <IconArrowRight size={15} aria-hidden />
          </LinkAnchor>
        </StepCard>
        <StepCard icon={IconPlugConnected} title={t('getStarted.connectorsTitle')} text={t('getStarted.connectorsText')}>
          <LinkAnchor to="/connectors" className={classes.action}>
            {t('getStarted.connectorsAction')} <IconArrowRight size={15} aria-hidden />
          </LinkAnchor>
        </StepCard>
        <StepCard icon={IconBrush} title={t('getStarted.experienceTitle')} text={t('getStarted.experienceText')}>
          <LinkAnchor to="/sign-in-experience" className={classes.action}>
            {t('getStarted.experienceAction')} <IconArrowRight size={15} aria-hidden />
          </LinkAnchor>
        </StepCard>
        <StepCard icon={IconApi} title={t('getStarted.apiTitle')} text={t('getStarted.apiText')}>
          <Anchor href={`${bootstrap.endpoint}/api-reference`} target="_blank" rel="noreferrer" className={classes.action}>
            {t('getStarted.apiAction')} <IconExternalLink size={15} aria-hidden />
          </Anchor>
        </StepCard>
      </SimpleGrid>
      <PopularGuides />
    </Page>
  );
}

interface StepCardProps {
  icon: Icon;
  title: string;
  text: string;
  children: ReactNode;
}

function StepCard({ icon: Symbol, title, text, children }: StepCardProps) {
  return (
    <Paper withBorder component="section" className={classes.card}>
      <ThemeIcon variant="light" size={40} aria-hidden>
        <Symbol size={21} stroke={1.7} />
      </ThemeIcon>
      <Stack gap={6} flex={1}>
        <Title order={2} fz="md">
          {title}
        </Title>
        <Text fz="sm" c="dimmed" flex={1}>
          {text}
        </Text>
        <div>{children}</div>
      </Stack>
    </Paper>
  );
}

const mostPopular = 6;

function PopularGuides() {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Guide>();
  // The cards are a chunk of their own: the page does not wait for them.
  const { data } = useQuery({
    queryKey: ['guides'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await import('../../guides')).guides,
  });
  const popular = data
    ?.filter((guide) => guide.isFeatured && guide.applicationType !== 'Protected')
    .slice(0, mostPopular);

  return (
    <section className={classes.popular} aria-labelledby="popular-guides">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="popular-guides">
          {t('getStarted.popularGuides')}
        </Title>
        <LinkAnchor to="/applications/create" fz="sm">
          {t('getStarted.viewAll')}
        </LinkAnchor>
      </Group>
      {popular ? <GuideGrid guides={popular} onChoose={setChosen} /> : <Skeleton h={170} radius="lg" />}
      {chosen && (
        <Suspense>
          <CreateDialog guide={chosen} onClose={() => setChosen(undefined)} />
        </Suspense>
      )}
    </section>
  );
}
