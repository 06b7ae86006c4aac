import { Button, Group, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconApps, IconPalette, IconShieldLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '../shell/logo';
import { startSignIn } from './session';
import classes from './welcome.module.css';

/** The first page of a new server, while it has no administrator. */
export function Welcome() {
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState(false);
  const [failure, setFailure] = useState<string>();
  const points = [
    { Icon: IconApps, text: t('welcome.pointApplications') },
    { Icon: IconPalette, text: t('welcome.pointSignIn') },
    { Icon: IconShieldLock, text: t('welcome.pointControl') },
  ];

  const begin = () => {
    setLeaving(true);
    startSignIn('register').catch((error: unknown) => {
      setLeaving(false);
      setFailure(window.isSecureContext ? String(error) : t('errors.insecureContext'));
    });
  };

  return (
    <main className={classes.page}>
      <Paper withBorder className={classes.card}>
        <Stack gap="lg">
          <Logo size={44} />
          <Stack gap="xs">
            <Title order={1} fz={28}>
              {t('welcome.title')}
            </Title>
            <Text c="dimmed" lh={1.6}>
              {t('welcome.text')}
            </Text>
          </Stack>
          <Stack gap="sm">
            {points.map(({ Icon, text }) => (
              <Group key={text} gap="sm" wrap="nowrap">
                <ThemeIcon variant="light" size="lg">
                  <Icon size={18} />
                </ThemeIcon>
                <Text fz="sm">{text}</Text>
              </Group>
            ))}
          </Stack>
          <Button size="md" loading={leaving} onClick={begin}>
            {t('welcome.action')}
          </Button>
          {failure && (
            <Text c="red" fz="sm" role="alert">
              {failure}
            </Text>
          )}
        </Stack>
      </Paper>
    </main>
  );
}
