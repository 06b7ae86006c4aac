import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { finishSignIn, startSignIn } from './session';

/** Where the sign-in page returns to: trades the code for tokens and goes on. */
export function Callback() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [failure, setFailure] = useState<string>();
  const started = useRef(false);

  useEffect(() => {
    // A code can be used once.
    if (started.current) return;
    started.current = true;
    finishSignIn().then(
      (path) => navigate({ to: path, replace: true }),
      (error: unknown) => setFailure(error instanceof Error ? error.message : String(error)),
    );
  }, [navigate]);

  return (
    <Center mih="100vh" p="md" component="main">
      {failure === undefined ? (
        <Stack align="center" gap="sm" role="status">
          <Loader size="sm" />
          <Text c="dimmed">{t('shell.signingIn')}</Text>
        </Stack>
      ) : (
        <Stack align="center" gap="sm" maw={420} ta="center" role="alert">
          <Title order={1}>{t('shell.signInFailed')}</Title>
          <Text c="dimmed">{failure}</Text>
          <Button onClick={() => void startSignIn()}>{t('errors.signInAgain')}</Button>
        </Stack>
      )}
    </Center>
  );
}
