import { linkOptions, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApplication } from '../../api/applications';
import { Page } from '../../components/page';
import { FormSkeleton, LoadFailure, NotFound } from '../../components/states';
import { findGuide } from '../../guides';
import type { OutlineEntry } from '../../guides/context';
import { rememberGuide } from '../../guides/last-guide';
import { GuideLayout } from './guide-layout';
import { ApplicationGuide } from './guide-view';

/** A guide for an application that was just created. */
export function ApplicationGuidePage() {
  const { t } = useTranslation();
  const { applicationId, guideId } = useParams({ from: '/shell/applications/$applicationId/guide/$guideId' });
  const [outline, setOutline] = useState<OutlineEntry[]>([]);
  const application = useApplication(applicationId);
  const guide = findGuide(guideId);
  useEffect(() => rememberGuide(applicationId, guideId), [applicationId, guideId]);

  if (!guide || guide.skipGuideAfterCreation) return <NotFound />;
  if (!application.data) {
    return (
      <Page title={guide.name}>
        {application.isError ? (
          <LoadFailure error={application.error} onRetry={() => void application.refetch()} />
        ) : (
          <FormSkeleton />
        )}
      </Page>
    );
  }
  return (
    <GuideLayout
      guide={guide}
      name={application.data.name}
      outline={outline}
      finish={linkOptions({ to: '/applications/$applicationId', params: { applicationId } })}
      finishHint={t('guides.finishHint')}
    >
      <ApplicationGuide guideId={guideId} application={application.data} onOutline={setOutline} />
    </GuideLayout>
  );
}
