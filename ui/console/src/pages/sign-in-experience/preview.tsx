import { Paper, SegmentedControl, Select, Text, Title, Tooltip } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconDeviceDesktop, IconDeviceMobile, IconMoon, IconSun } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { bootstrap } from '../../bootstrap';
import { isPreviewReady, type PreviewMessage, type PreviewSettings } from './preview-message';
import { languageName, loadPagePhrases, pageLanguages } from './page-languages';
import classes from './preview.module.css';

const origin = new URL(bootstrap.endpoint).origin;
const address = `${bootstrap.endpoint}/sign-in?preview=1`;

/** Sizes of the windows that are shown, in CSS pixels. */
const windows = { web: { width: 920, height: 720 }, mobile: { width: 375, height: 640 } } as const;

/** How long the page may take to say that it is there. */
const patience = 8000;

/** The real sign-in page in a frame, with the settings as they stand in the form. */
export function Preview({ settings }: { settings: PreviewSettings }) {
  const { t } = useTranslation();
  const [platform, setPlatform] = useState<'web' | 'mobile'>(() => (matchMedia('(max-width: 48em)').matches ? 'mobile' : 'web'));
  const [theme, setTheme] = useState<'light' | 'dark'>('light');
  const [chosen, setChosen] = useState<string>();
  const { autoDetect, fallbackLanguage } = settings.languageInfo;
  const offered = autoDetect ? pageLanguages : pageLanguages.filter((tag) => tag === fallbackLanguage);
  const language = offered.find((tag) => tag === chosen) ?? offered.find((tag) => tag === fallbackLanguage) ?? 'en';
  const isDarkOffered = settings.color.isDarkModeEnabled;
  const shownTheme = isDarkOffered ? theme : 'light';
  const { data: phrases } = useQuery({
    queryKey: ['page-phrases', language],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => loadPagePhrases(language),
  });

  return (
    <Paper component="section" withBorder className={classes.panel} aria-labelledby="preview-title">
      <div className={classes.bar}>
        <Title order={2} id="preview-title" fz="md" flex="1 0 auto">
          {t('experience.preview')}
        </Title>
        {offered.length > 1 && (
          <Select
            size="xs"
            w={120}
            aria-label={t('experience.previewLanguage')}
            allowDeselect={false}
            data={offered.map((tag) => ({ value: tag, label: languageName(tag) }))}
            value={language}
            onChange={(tag) => setChosen(tag ?? undefined)}
          />
        )}
        {isDarkOffered && (
          <SegmentedControl
            size="xs"
            aria-label={t('experience.previewTheme')}
            data={[
              { value: 'light', label: <Symbol label={t('shell.themeLight')} icon={<IconSun size={15} />} /> },
              { value: 'dark', label: <Symbol label={t('shell.themeDark')} icon={<IconMoon size={15} />} /> },
            ]}
            value={theme}
            onChange={setTheme}
          />
        )}
        <SegmentedControl
          size="xs"
          aria-label={t('experience.previewPlatform')}
          data={[
            { value: 'web', label: <Symbol label={t('experience.desktop')} icon={<IconDeviceDesktop size={15} />} /> },
            { value: 'mobile', label: <Symbol label={t('experience.mobile')} icon={<IconDeviceMobile size={15} />} /> },
          ]}
          value={platform}
          onChange={setPlatform}
        />
      </div>
      <Frame
        platform={platform}
        // Without the strings the page could only show those it was loaded with.
        message={phrases && { type: 'portico:preview', signInExperience: settings, language, theme: shownTheme, platform, phrases }}
      />
    </Paper>
  );
}

/** A picture with its meaning for people who cannot see it. */
function Symbol({ label, icon }: { label: string; icon: ReactNode }) {
  return (
    <Tooltip label={label} withArrow>
      <span className={classes.symbol}>
        {icon}
        <span className={classes.hidden}>{label}</span>
      </span>
    </Tooltip>
  );
}

function Frame({ platform, message }: { platform: 'web' | 'mobile'; message: PreviewMessage | undefined }) {
  const { t } = useTranslation();
  const frame = useRef<HTMLIFrameElement>(null);
  const { ref, width } = useElementSize();
  const [state, setState] = useState<'waiting' | 'ready' | 'failed'>('waiting');

  useEffect(() => {
    const listen = (event: MessageEvent<unknown>) => {
      if (event.source === frame.current?.contentWindow && event.origin === origin && isPreviewReady(event.data)) setState('ready');
    };
    addEventListener('message', listen);
    const timer = setTimeout(() => setState((now) => (now === 'waiting' ? 'failed' : now)), patience);
    return () => {
      removeEventListener('message', listen);
      clearTimeout(timer);
    };
  }, []);

  useEffect(() => {
    if (state === 'ready' && message) frame.current?.contentWindow?.postMessage(message, origin);
  }, [state, message]);

  const size = windows[platform];
  const scale = Math.min(1, width / size.width);
  return (
    <div className={classes.stage} data-platform={platform}>
      <div ref={ref} className={classes.ruler} />
      {state === 'failed' && (
        <Text fz="sm" c="dimmed" role="alert" p="lg">
          {t('experience.previewFailed', { endpoint: bootstrap.endpoint })}
        </Text>
      )}
      <div
        className={classes.window}
        data-platform={platform}
        hidden={state === 'failed'}
        style={{ width: size.width * scale, height: size.height * scale }}
      >
        <iframe
          ref={frame}
          src={address}
          title={t('experience.previewFrame')}
          // The page is there to be looked at; the keyboard stays in the form.
          tabIndex={-1}
          className={classes.frame}
          style={{ width: size.width, height: size.height, transform: `scale(${scale})` }}
        />
      </div>
    </div>
  );
}
