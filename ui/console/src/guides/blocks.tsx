/**
 * Building blocks of the quick-start guides:
 *
 *     <Steps>
 *       <Step title="Install the SDK"><Install packages="@logto/react" /></Step>
 *       <Step title="Set the redirect address">
 *         <RedirectUris suggestion="http://localhost:3000/callback" />
 *       </Step>
 *       <Step title="Try it"><Checkpoint>…</Checkpoint></Step>
 *     </Steps>
 */
import { Alert, Anchor, Button, Group, List, Paper, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconBulb, IconCircleCheck, IconExternalLink, IconInfoCircle } from '@tabler/icons-react';
import { Children, isValidElement, useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../components/code-block';
import { CopyText } from '../components/copy';
import { UriList } from '../components/uri-list';
import { cleanList, findListProblems, type UriRule } from '../validation/uri';
import classes from './blocks.module.css';
import { useGuide, type UriField } from './context';

interface StepProps {
  title: string;
  /** One sentence under the title. */
  subtitle?: ReactNode;
  children?: ReactNode;
}

/** One step; only as a direct child of [`Steps`], which numbers it. */
export function Step(_: StepProps): ReactElement {
  throw new Error('Step is only for direct children of Steps');
}

/** The numbered steps of a guide. Their titles also make the outline beside the page. */
export function Steps({ children }: { children: ReactNode }) {
  const { setOutline } = useGuide();
  const steps = Children.toArray(children).filter(
    (child): child is ReactElement<StepProps> => isValidElement(child) && child.type === Step,
  );
  const titles = steps.map((step) => step.props.title).join('\n');

  useEffect(() => {
    setOutline(titles.split('\n').map((title, index) => ({ id: `step-${index + 1}`, title })));
  }, [titles, setOutline]);

  return (
    <ol className={classes.steps}>
      {steps.map(({ props }, index) => (
        <li key={props.title} id={`step-${index + 1}`} className={classes.step}>
          <span className={classes.number} aria-hidden>
            {index + 1}
          </span>
          <div className={classes.body}>
            <Title order={2} fz="h4">
              {props.title}
            </Title>
            {props.subtitle && (
              <Text c="dimmed" fz="sm">
                {props.subtitle}
              </Text>
            )}
            <div className={classes.content}>{props.children}</div>
          </div>
        </li>
      ))}
    </ol>
  );
}

interface CodeProps {
  /** Name known to highlight.js: `tsx`, `typescript`, `bash`, `env`, `python`, … */
  language: string;
  /** File name. */
  title?: string;
  /** The code as one template literal. */
  children: string;
}

/** A block of code with syntax colours and a copy button. */
export function Code({ language, title, children }: CodeProps) {
  return <CodeBlock code={children} language={language} title={title} />;
}

interface CodeTabsProps {
  /** What the tabs choose between, for screen readers. */
  label: string;
  tabs: { label: string; language: string; title?: string; code: string }[];
}

/** Variants of the same code, one shown at a time. */
export function CodeTabs({ label, tabs }: CodeTabsProps) {
  const [chosen, setChosen] = useState(tabs[0]?.label ?? '');
  const tab = tabs.find((each) => each.label === chosen) ?? tabs[0];
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label={label}
        size="xs"
        w="fit-content"
        data={tabs.map((each) => each.label)}
        value={chosen}
        onChange={setChosen}
      />
      {tab && <CodeBlock code={tab.code} language={tab.language} title={tab.title} />}
    </Stack>
  );
}

/** How to add JavaScript packages with the usual package managers. */
export function Install({ packages }: { packages: string }) {
  const { t } = useTranslation();
  const commands = { npm: 'npm install', pnpm: 'pnpm add', yarn: 'yarn add' };
  return (
    <CodeTabs
      label={t('guides.packageManager')}
      tabs={Object.entries(commands).map(([label, command]) => ({
        label,
        language: 'bash',
        title: t('guides.terminal'),
        code: `${command} ${packages}`,
      }))}
    />
  );
}

interface ValueProps {
  /** What the value is, e.g. `App ID`. */
  label: string;
  children: string;
  secret?: boolean;
}

/** A value of this application, to be copied. Inside a sentence. */
export function Value({ label, children, secret }: ValueProps) {
  return <CopyText value={children} label={label} secret={secret} />;
}

/** A table of values of this application; secrets are masked. */
export function Values({ items }: { items: ValueProps[] }) {
  return (
    <Paper withBorder component="dl" className={classes.values}>
      {items.map((item) => (
        <div key={item.label} className={classes.valueRow}>
          <Text component="dt" fz="sm" c="dimmed">
            {item.label}
          </Text>
          <dd>
            <CopyText value={item.children} label={item.label} secret={item.secret} />
          </dd>
        </div>
      ))}
    </Paper>
  );
}

/** Endpoint, app ID and, where the type has one, app secret of this application. */
export function Credentials() {
  const { t } = useTranslation();
  const { endpoint, appId, appSecret } = useGuide();
  const items: ValueProps[] = [
    { label: t('applications.endpoint'), children: endpoint },
    { label: t('applications.appId'), children: appId },
  ];
  if (appSecret) items.push({ label: t('applications.appSecret'), children: appSecret, secret: true });
  return <Values items={items} />;
}

interface UriFieldProps {
  /** The address that the steps of this guide use, offered with one click. */
  suggestion?: string;
  placeholder?: string;
  description?: ReactNode;
}

/** Sign-in redirect URIs of this application, saved from here. */
export function RedirectUris(props: UriFieldProps) {
  return <UriEditor field="redirectUris" {...props} />;
}

/** Post sign-out redirect URIs of this application, saved from here. */
export function PostLogoutRedirectUris(props: UriFieldProps) {
  return <UriEditor field="postLogoutRedirectUris" {...props} />;
}

/** Origins whose pages may call the server's endpoints, saved from here. */
export function CorsAllowedOrigins(props: UriFieldProps) {
  return <UriEditor field="corsAllowedOrigins" {...props} />;
}

function ruleOf(field: UriField, isNative: boolean): UriRule {
  if (field === 'corsAllowedOrigins') return 'origin';
  if (field === 'postLogoutRedirectUris') return 'postLogout';
  return isNative ? 'native' : 'web';
}

function UriEditor({ field, suggestion, placeholder, description }: UriFieldProps & { field: UriField }) {
  const { t } = useTranslation();
  const { uris, isNative, saveUris } = useGuide();
  const saved = uris[field];
  const [draft, setDraft] = useState<string[]>();
  const [saving, setSaving] = useState(false);
  const [failure, setFailure] = useState<string>();
  const rule = ruleOf(field, isNative);
  const value = draft ?? saved;
  const cleaned = cleanList(value);
  const dirty = cleaned.join('\n') !== saved.join('\n');

  const save = async () => {
    setSaving(true);
    setFailure(undefined);
    try {
      await saveUris(field, cleaned);
      setDraft(undefined);
      notifications.show({ color: 'teal', message: t('common.saved') });
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setSaving(false);
    }
  };

  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <UriList
          label={t(`applications.${field}`)}
          description={description}
          placeholder={placeholder ?? suggestion}
          suggestion={suggestion}
          rule={rule}
          value={value}
          onChange={setDraft}
        />
        {failure && (
          <Text c="red" fz="sm" role="alert">
            {failure}
          </Text>
        )}
        <Group justify="flex-end">
          <Button size="xs" loading={saving} disabled={!dirty || findListProblems(value, rule).size > 0} onClick={save}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

const tones = {
  info: { color: 'blue', Icon: IconInfoCircle },
  tip: { color: 'teal', Icon: IconBulb },
  warning: { color: 'yellow', Icon: IconAlertTriangle },
} as const;

interface CalloutProps {
  tone?: keyof typeof tones;
  title?: string;
  children: ReactNode;
}

/** A remark beside the flow of the guide. */
export function Callout({ tone = 'info', title, children }: CalloutProps) {
  const { color, Icon } = tones[tone];
  return (
    <Alert variant="light" color={color} title={title} icon={<Icon size={18} />}>
      {children}
    </Alert>
  );
}

/** What the reader should see now if everything went well. */
export function Checkpoint({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Alert variant="light" color="teal" title={t('guides.checkpoint')} icon={<IconCircleCheck size={18} />}>
      {children}
    </Alert>
  );
}

/** Where to go on reading. */
export function FurtherReading({ links }: { links: { label: string; href: string }[] }) {
  return (
    <List spacing={4}>
      {links.map(({ label, href }) => (
        <List.Item key={href}>
          <Anchor href={href} target="_blank" rel="noreferrer">
            {label} <IconExternalLink size={13} aria-hidden />
          </Anchor>
        </List.Item>
      ))}
    </List>
  );
}
