/** What a page shows when it has nothing else to show. */
import { Alert, Button, Center, Group, Loader, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconCompass, type Icon } from '@tabler/icons-react';
import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/errors';
import { bootstrap } from '../bootstrap';
import { LinkButton } from './links';
import classes from './states.module.css';

interface EmptyStateProps {
  icon: Icon;
  title: string;
  text?: ReactNode;
  /** What the reader can do about it. */
  action?: ReactNode;
  /** Set where the page has no other title. */
  isPageTitle?: boolean;
}

/** A friendly picture, what it means, and what to do next. */
export function EmptyState({ icon: Symbol, title, text, action, isPageTitle = false }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" className={classes.empty}>
      <div className={classes.picture} aria-hidden>
        <ThemeIcon size={56} radius="lg" variant="light">
          <Symbol size={28} stroke={1.6} />
        </ThemeIcon>
      </div>
      <Title order={isPageTitle ? 1 : 2} fz="h3">
        {title}
      </Title>
      {text && (
        <Text c="dimmed" fz="sm" maw={420}>
          {text}
        </Text>
      )}
      {action && <Group mt="sm">{action}</Group>}
    </Stack>
  );
}

/** A sentence for an error: the server's own, or that it cannot be reached. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (error instanceof TypeError) return t('errors.unreachable', { endpoint: bootstrap.endpoint });
    return error instanceof Error ? error.message : String(error);
  };
}

/** Data that could not be loaded, with a button to try again. */
export function LoadFailure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  return (
    <Alert color="red" variant="light" title={t('errors.loadTitle')} icon={<IconAlertTriangle size={18} />} role="alert">
      <Stack gap="sm" align="flex-start">
        {errorText(error)}
        <Button size="xs" variant="default" onClick={onRetry}>
          {t('common.retry')}
        </Button>
      </Stack>
    </Alert>
  );
}

/** An address that leads nowhere. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <Center mih="60vh">
      <EmptyState
        isPageTitle
        icon={IconCompass}
        title={t('errors.notFoundTitle')}
        text={t('errors.notFoundText')}
        action={
          <LinkButton to="/get-started" variant="default">
            {t('errors.goHome')}
          </LinkButton>
        }
      />
    </Center>
  );
}

/** A page that broke while it was drawn. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <Center mih="60vh" p="md">
      <Stack align="center" gap="sm">
        <EmptyState
          isPageTitle
          icon={IconAlertTriangle}
          title={t('errors.title')}
          text={window.isSecureContext ? t('errors.text') : t('errors.insecureContext')}
          action={<Button onClick={reset}>{t('common.retry')}</Button>}
        />
        <Text ff="monospace" fz="xs" c="dimmed" maw={520} ta="center">
          {errorText(error)}
        </Text>
      </Stack>
    </Center>
  );
}

/** A page whose code is still on its way. */
export function RoutePending() {
  const { t } = useTranslation();
  return (
    <Center mih="60vh" role="status" aria-label={t('common.loading')}>
      <Loader size="sm" />
    </Center>
  );
}

/** The outline of a form page while its data is loading. */
export function FormSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg" role="status" aria-label={t('common.loading')}>
      <Group gap="md">
        <Skeleton w={52} h={52} radius="lg" />
        <Stack gap={8}>
          <Skeleton w={220} h={20} />
          <Skeleton w={150} h={12} />
        </Stack>
      </Group>
      <Skeleton h={190} radius="lg" />
      <Skeleton h={280} radius="lg" />
    </Stack>
  );
}
