import { Anchor, Drawer, Stack, Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Application } from '../../api/applications';
import { GuideGrid } from '../../components/guide-card';
import { findGuide, guides } from '../../guides';
import { guidesForType } from '../../guides/filter';
import { lastGuide } from '../../guides/last-guide';
import { ApplicationGuide } from '../guides/guide-view';

/** The guides that fit an application, read beside its settings. */
export default function GuideDrawer({ application, onClose }: { application: Application; onClose: () => void }) {
  const { t } = useTranslation();
  const fitting = guidesForType(guides, application.type);
  const [chosen, setChosen] = useState(() => {
    const last = lastGuide(application.id);
    return fitting.length === 1 ? fitting[0]?.id : fitting.find(({ id }) => id === last)?.id;
  });
  const guide = chosen === undefined ? undefined : findGuide(chosen);

  return (
    <Drawer opened onClose={onClose} position="right" size="xl" title={guide?.name ?? t('applications.chooseGuide')}>
      {guide ? (
        <Stack gap="lg">
          {fitting.length > 1 && (
            <Anchor component="button" type="button" fz="sm" c="dimmed" w="fit-content" onClick={() => setChosen(undefined)}>
              <IconArrowLeft size={14} aria-hidden /> {t('applications.chooseGuide')}
            </Anchor>
          )}
          <ApplicationGuide guideId={guide.id} application={application} />
        </Stack>
      ) : fitting.length > 0 ? (
        <GuideGrid guides={fitting} onChoose={({ id }) => setChosen(id)} />
      ) : (
        <Text c="dimmed">{t('guides.missing')}</Text>
      )}
    </Drawer>
  );
}
