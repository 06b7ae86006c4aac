import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Application, ApplicationSecret } from '../../api/applications';
import { useSecrets, useUpdateApplication } from '../../api/applications';
import { LoadFailure } from '../../components/states';
import { loadContent } from '../../guides';
import { GuideContext, type GuideEnvironment, type OutlineEntry, type UriField } from '../../guides/context';
import type { GuideProps } from '../../guides/types';
import { bootstrap } from '../../bootstrap';

/** Types that authenticate with a secret. */
export function hasSecrets({ type }: Pick<Application, 'type'>): boolean {
  return type === 'Traditional' || type === 'MachineToMachine' || type === 'Protected';
}

function usableSecret(secrets: readonly ApplicationSecret[]): string {
  const now = Date.now();
  const usable = secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  return usable.toSorted((a, b) => b.createdAt - a.createdAt)[0]?.value ?? '';
}

interface GuideViewProps {
  guideId: string;
  application: Application;
  onOutline?: (entries: OutlineEntry[]) => void;
}

const noOutline = () => {};

/** A guide, filled in with an application's values and able to save its addresses. */
export function ApplicationGuide({ guideId, application, onOutline = noOutline }: GuideViewProps) {
  const secrets = useSecrets(application.id, hasSecrets(application));
  const update = useUpdateApplication(application.id);
  const { oidcClientMetadata, customClientMetadata } = application;

  const saveUris = useCallback(
    async (field: UriField, value: string[]) => {
      // Both columns are replaced as a whole: send what is there together with the change.
      await update.mutateAsync(
        field === 'corsAllowedOrigins'
          ? { customClientMetadata: { ...customClientMetadata, corsAllowedOrigins: value } }
          : { oidcClientMetadata: { ...oidcClientMetadata, [field]: value } },
      );
    },
    [update.mutateAsync, oidcClientMetadata, customClientMetadata],
  );

  const environment = useMemo<GuideEnvironment>(
    () => ({
      endpoint: bootstrap.endpoint,
      issuer: `${bootstrap.endpoint}/oidc`,
      name: application.name,
      appId: application.id,
      appSecret: usableSecret(secrets.data ?? []),
      redirectUris: oidcClientMetadata.redirectUris,
      postLogoutRedirectUris: oidcClientMetadata.postLogoutRedirectUris,
      resource: '',
      uris: {
        redirectUris: oidcClientMetadata.redirectUris,
        postLogoutRedirectUris: oidcClientMetadata.postLogoutRedirectUris,
        corsAllowedOrigins: customClientMetadata.corsAllowedOrigins ?? [],
      },
      isNative: application.type === 'Native',
      saveUris,
      setOutline: onOutline,
    }),
    [application, secrets.data, oidcClientMetadata, customClientMetadata, saveUris, onOutline],
  );

  if (secrets.isError) return <LoadFailure error={secrets.error} onRetry={() => void secrets.refetch()} />;
  if (secrets.isLoading) return <GuideSkeleton />;
  return <GuideContent guideId={guideId} environment={environment} />;
}

/** Loads the guide's text and shows it in an environment. */
export function GuideContent({ guideId, environment }: { guideId: string; environment: GuideEnvironment }) {
  const content = useQuery({
    queryKey: ['guide-content', guideId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => ({ Content: await loadContent(guideId) }),
  });
  if (content.isError) return <LoadFailure error={content.error} onRetry={() => void content.refetch()} />;
  if (!content.data) return <GuideSkeleton />;
  const { Content } = content.data;
  return <GuideContext value={environment}>{Content && <Content {...propsOf(environment)} />}</GuideContext>;
}

function propsOf({
  endpoint, issuer, name, appId, appSecret, redirectUris, postLogoutRedirectUris, resource,
}: GuideEnvironment): GuideProps {
  return { endpoint, issuer, name, appId, appSecret, redirectUris, postLogoutRedirectUris, resource };
}

function GuideSkeleton() {
  return (
    <Stack gap="xl">
      {[140, 220, 180].map((height) => (
        <Skeleton key={height} h={height} radius="lg" />
      ))}
    </Stack>
  );
}
