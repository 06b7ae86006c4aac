import { Alert, Anchor, Button, Collapse, Group, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconWand } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { DiscoveryError, fetchMetadata, parseMetadata, type DiscoveryProblem, type ProviderMetadata } from './discovery';

/** Fills in the provider's addresses from its own description: fetched, or pasted when the browser may not fetch it. */
export function DiscoveryHelper({ onFound }: { onFound: (metadata: ProviderMetadata) => void }) {
  const { t } = useTranslation();
  const [url, setUrl] = useState('');
  const [isPasting, setPasting] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<DiscoveryProblem>();
  const [issuer, setIssuer] = useState<string>();

  const take = async (read: () => Promise<ProviderMetadata> | ProviderMetadata) => {
    setBusy(true);
    setProblem(undefined);
    setIssuer(undefined);
    try {
      const metadata = await read();
      onFound(metadata);
      setIssuer(metadata.issuer);
      setPasting(false);
    } catch (error) {
      setProblem(error instanceof DiscoveryError ? error.problem : 'unreachable');
      if (error instanceof DiscoveryError && error.problem !== 'invalidUrl') setPasting(true);
    } finally {
      setBusy(false);
    }
  };
  const fetchOnEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    // Enter means this field, not the form around it.
    event.preventDefault();
    void take(() => fetchMetadata(url));
  };

  return (
    <Paper bg="var(--portico-surface-sunken)" p="md" radius="md">
      <Stack gap="sm">
        <Group gap="xs" align="flex-end">
          <TextInput
            flex="1 1 220px"
            type="url"
            autoComplete="off"
            spellCheck={false}
            label={t('connectors.discoveryUrl')}
            description={t('connectors.discoveryUrlHint')}
            placeholder="https://idp.example.com"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            onKeyDown={fetchOnEnter}
          />
          <Button
            variant="default"
            loading={busy}
            disabled={url.trim() === ''}
            leftSection={<IconWand size={16} />}
            onClick={() => void take(() => fetchMetadata(url))}
          >
            {t('connectors.discoveryFill')}
          </Button>
        </Group>
        {problem && (
          <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />} role="alert">
            {t(`connectors.discoveryProblem.${problem}`)}
          </Alert>
        )}
        {issuer && (
          <Alert color="teal" variant="light" icon={<IconCircleCheck size={18} />} role="status">
            {t('connectors.discoveryDone', { issuer })}
          </Alert>
        )}
        {!isPasting && (
          <Text fz="xs" c="dimmed">
            <Anchor component="button" type="button" fz="xs" c="inherit" td="underline" onClick={() => setPasting(true)}>
              {t('connectors.discoveryPasteInstead')}
            </Anchor>
          </Text>
        )}
        <Collapse expanded={isPasting}>
          <PastedDocument onUse={(text) => void take(() => parseMetadata(text))} />
        </Collapse>
      </Stack>
    </Paper>
  );
}

function PastedDocument({ onUse }: { onUse: (text: string) => void }) {
  const { t } = useTranslation();
  const [pasted, setPasted] = useState('');
  return (
    <Stack gap="xs">
      <Textarea
        autosize
        minRows={3}
        maxRows={8}
        spellCheck={false}
        label={t('connectors.discoveryDocument')}
        placeholder='{ "issuer": "https://idp.example.com", … }'
        value={pasted}
        onChange={(event) => setPasted(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button variant="default" size="xs" disabled={pasted.trim() === ''} onClick={() => onUse(pasted)}>
          {t('connectors.discoveryUseDocument')}
        </Button>
      </Group>
    </Stack>
  );
}
