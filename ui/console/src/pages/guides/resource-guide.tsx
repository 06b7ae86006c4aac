import { linkOptions, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useResource } from '../../api/resources';
import { bootstrap } from '../../bootstrap';
import { Page } from '../../components/page';
import { FormSkeleton, LoadFailure, NotFound } from '../../components/states';
import { findGuide } from '../../guides';
import type { GuideEnvironment, OutlineEntry } from '../../guides/context';
import { GuideLayout } from './guide-layout';
import { GuideContent } from './guide-view';

/** A guide that protects an API with tokens of this server. */
export function ResourceGuidePage() {
  const { resourceId, guideId } = useParams({ from: '/shell/api-resources/$resourceId/guide/$guideId' });
  const [outline, setOutline] = useState<OutlineEntry[]>([]);
  const resource = useResource(resourceId);
  const guide = findGuide(guideId);
  const name = resource.data?.name ?? '';
  const indicator = resource.data?.indicator ?? '';

  const environment = useMemo<GuideEnvironment>(
    () => ({
      endpoint: bootstrap.endpoint,
      issuer: `${bootstrap.endpoint}/oidc`,
      name,
      appId: '',
      appSecret: '',
      redirectUris: [],
      postLogoutRedirectUris: [],
      resource: indicator,
      uris: { redirectUris: [], postLogoutRedirectUris: [], corsAllowedOrigins: [] },
      isNative: false,
      saveUris: () => Promise.reject(new Error('an API resource has no addresses to save')),
      setOutline,
    }),
    [name, indicator],
  );

  if (!guide || guide.skipGuideAfterCreation) return <NotFound />;
  if (!resource.data) {
    return (
      <Page title={guide.name}>
        {resource.isError ? (
          <LoadFailure error={resource.error} onRetry={() => void resource.refetch()} />
        ) : (
          <FormSkeleton />
        )}
      </Page>
    );
  }
  return (
    <GuideLayout guide={guide} name={name} outline={outline} finish={linkOptions({ to: '/get-started' })}>
      <GuideContent guideId={guideId} environment={environment} />
    </GuideLayout>
  );
}
