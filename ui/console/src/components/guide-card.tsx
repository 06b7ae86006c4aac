import { Badge, Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isAvailable } from '../guides/filter';
import type { Guide } from '../guides/types';
import { ApplicationIcon } from './application-icon';
import classes from './guide-card.module.css';

/** The badge of a guide: its mark on its colour, or the picture of the application type. */
export function GuideLogo({ guide, size = 40 }: { guide: Guide; size?: number }) {
  if (!guide.logo) return <ApplicationIcon type={guide.applicationType} size={size} />;
  return (
    <span
      className={classes.logo}
      style={{ background: `color-mix(in srgb, ${guide.logo.color} 76%, black)`, width: size, height: size, fontSize: size * 0.36 }}
      aria-hidden
    >
      {guide.logo.mark}
    </span>
  );
}

/** One guide in the library; choosing it starts the creation of an application. */
export function GuideCard({ guide, onChoose }: { guide: Guide; onChoose: () => void }) {
  const { t } = useTranslation();
  const available = isAvailable(guide);
  return (
    <UnstyledButton className={classes.card} onClick={onChoose} disabled={!available} data-guide={guide.id}>
      <GuideLogo guide={guide} />
      <span className={classes.text}>
        <span className={classes.name}>
          {guide.name}
          {guide.isBeta && (
            <Badge size="xs" variant="light">
              {t('guides.beta')}
            </Badge>
          )}
          {!available && (
            <Badge size="xs" variant="default" tt="none">
              {t('guides.unavailable')}
            </Badge>
          )}
        </span>
        <Text span fz="xs" c="dimmed" lineClamp={2}>
          {guide.description}
        </Text>
      </span>
    </UnstyledButton>
  );
}

/** Cards in as many columns as fit. */
export function GuideGrid({ guides, onChoose }: { guides: Guide[]; onChoose: (guide: Guide) => void }) {
  return (
    <div className={classes.grid}>
      {guides.map((guide) => (
        <GuideCard key={guide.id} guide={guide} onChoose={() => onChoose(guide)} />
      ))}
    </div>
  );
}
