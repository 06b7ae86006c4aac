import { Alert, Button, Checkbox, Group, Menu, Select, Stack, Switch, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connector } from '../../api/connectors';
import type { SignInMethod } from '../../api/sign-in-experience';
import { ConnectorLogo } from '../../components/connector-logo';
import { FormSection } from '../../components/form-section';
import { LinkAnchor } from '../../components/links';
import { SortableList } from '../../components/sortable-list';
import type { ExperienceForm } from './page';
import {
  choiceOf,
  chooseSignUp,
  findProblems,
  isFixed,
  isLockedOut,
  missingMethods,
  newMethod,
  setFactor,
  setSignUpPassword,
  signInIdentifiers,
  signUpChoices,
  type Deliveries,
  type SignInProblem,
  type SignInSettings,
} from './sign-in-rules';
import type { SignInWords } from './sign-in-words';

interface PartProps {
  form: ExperienceForm;
  words: SignInWords;
}

interface SignUpAndSignInProps extends PartProps {
  connectors: Connector[];
  deliveries: Deliveries;
}

/** Who may create an account and with what, and how people come back. */
export function SignUpAndSignIn({ form, connectors, deliveries, words }: SignUpAndSignInProps) {
  const { t } = useTranslation();
  const { values } = form;
  const problems = findProblems(values, deliveries);
  return (
    <Stack gap="lg">
      <SignUpSection form={form} words={words} problems={problems} />
      <SignInSection form={form} words={words} problems={problems} deliveries={deliveries} />
      <SocialSection form={form} words={words} connectors={connectors} />
      <FormSection stacked title={t('experience.section.advanced')}>
        <Switch
          label={t('experience.registration')}
          description={t('experience.registrationHint')}
          {...form.getInputProps('isRegistrationEnabled', { type: 'checkbox' })}
        />
      </FormSection>
    </Stack>
  );
}

function setSettings(form: ExperienceForm, { signUp, methods }: SignInSettings) {
  form.setFieldValue('signUp', signUp);
  form.setFieldValue('methods', methods);
}

function Warning({ children }: { children: ReactNode }) {
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />} role="alert">
      {children}
    </Alert>
  );
}

function SignUpSection({ form, words, problems }: PartProps & { problems: SignInProblem[] }) {
  const { t } = useTranslation();
  const { signUp } = form.values;
  const choice = choiceOf(signUp.identifiers);
  const options = choice === 'custom' ? (['custom', ...signUpChoices] as const) : signUpChoices;
  return (
    <FormSection stacked title={t('experience.section.signUp')} text={t('experience.signUpText')}>
      <Select
        allowDeselect={false}
        label={t('experience.signUpIdentifier')}
        description={choice === 'none' ? t('experience.signUpNoneHint') : t('experience.signUpIdentifierHint')}
        data={options.map((each) => ({ value: each, label: words.choice(each) }))}
        value={choice}
        onChange={(value) => {
          const next = signUpChoices.find((each) => each === value);
          if (next) setSettings(form, chooseSignUp(form.values, next));
        }}
      />
      {choice !== 'none' && (
        <Group gap="xl">
          <Checkbox
            label={t('experience.createPassword')}
            checked={signUp.password}
            disabled={isFixed(signUp, 'password')}
            onChange={(event) => setSettings(form, setSignUpPassword(form.values, event.currentTarget.checked))}
          />
          {choice !== 'username' && (
            <Checkbox
              label={t('experience.verifyAtSignUp')}
              checked={signUp.verify}
              disabled={isFixed(signUp, 'verify') && signUp.verify}
              onChange={(event) => form.setFieldValue('signUp', { ...signUp, verify: event.currentTarget.checked })}
            />
          )}
        </Group>
      )}
      {problems.map((problem) => {
        if (problem.kind === 'verifyNeeded') return <Warning key={problem.kind}>{t('experience.verifyNeeded')}</Warning>;
        if (problem.kind !== 'signUpNeedsDelivery') return null;
        return <Warning key={problem.channel}>{t(`experience.signUpNeedsDelivery.${problem.channel}`)}</Warning>;
      })}
    </FormSection>
  );
}

function SignInSection({ form, words, problems, deliveries }: PartProps & { problems: SignInProblem[]; deliveries: Deliveries }) {
  const { t } = useTranslation();
  const { methods, signUp, socialTargets } = form.values;
  const unused = signInIdentifiers.filter((identifier) => !methods.some((method) => method.identifier === identifier));
  const set = (next: SignInMethod[]) => form.setFieldValue('methods', next);
  const without = (['email', 'phone'] as const).filter((channel) => !deliveries[channel]);
  return (
    <FormSection stacked title={t('experience.section.signIn')} text={t('experience.signInText')}>
      {methods.length > 0 ? (
        <SortableList
          label={t('experience.methods')}
          items={methods}
          itemKey={(method) => method.identifier}
          itemName={(method) => words.identifier(method.identifier)}
          onChange={set}
        >
          {(method) => (
            <MethodRow
              method={method}
              words={words}
              hasDelivery={method.identifier === 'username' || deliveries[method.identifier]}
              onChange={(next) => set(methods.map((each) => (each === method ? next : each)))}
            />
          )}
        </SortableList>
      ) : (
        <Text fz="sm" c="dimmed">
          {t(isLockedOut(methods, socialTargets) ? 'experience.nobodyCanSignIn' : 'experience.onlySocial')}
        </Text>
      )}
      {unused.length > 0 && (
        <AddMenu label={t('experience.addMethod')}>
          {unused.map((identifier) => (
            <Menu.Item key={identifier} onClick={() => set([...methods, newMethod(identifier, { ...signUp, verify: signUp.verify && identifier !== 'username' && deliveries[identifier] })])}>
              {words.identifier(identifier)}
            </Menu.Item>
          ))}
        </AddMenu>
      )}
      {problems.map((problem) => (
        <MethodProblem key={JSON.stringify(problem)} problem={problem} words={words} />
      ))}
      {missingMethods(form.values).map((identifier) => (
        <Warning key={identifier}>{t('experience.missingMethod', { identifier: words.identifier(identifier) })}</Warning>
      ))}
      {without.length > 0 && (
        <Text fz="xs" c="dimmed">
          {t(without.length === 2 ? 'experience.noDelivery' : `experience.noDeliveryOf.${without[0] ?? 'email'}`)}
        </Text>
      )}
    </FormSection>
  );
}

function MethodProblem({ problem, words }: { problem: SignInProblem; words: SignInWords }) {
  const { t } = useTranslation();
  switch (problem.kind) {
    case 'methodNeedsDelivery':
      return <Warning>{t(`experience.methodNeedsDelivery.${problem.channel}`)}</Warning>;
    case 'methodNeedsFactor':
      return <Warning>{t('experience.methodNeedsFactor', { identifier: words.identifier(problem.identifier) })}</Warning>;
    case 'codeNeeded':
      return <Warning>{t('experience.codeNeeded', { identifier: words.identifier(problem.identifier) })}</Warning>;
    default:
      return null;
  }
}

interface MethodRowProps {
  method: SignInMethod;
  words: SignInWords;
  /** Whether a connector delivers codes to this identifier. */
  hasDelivery: boolean;
  onChange: (method: SignInMethod) => void;
}

function MethodRow({ method, words, hasDelivery, onChange }: MethodRowProps) {
  const { t } = useTranslation();
  const name = words.identifier(method.identifier);
  const named = (factor: string) => t('experience.factorOf', { factor, identifier: name });
  const isUsername = method.identifier === 'username';
  return (
    <Group gap="md" justify="space-between">
      <Text fz="sm" fw={550}>
        {name}
      </Text>
      <Group gap="md">
        <Checkbox
          size="sm"
          label={t('experience.password')}
          aria-label={named(t('experience.password'))}
          checked={method.password}
          disabled={isUsername && method.password}
          onChange={(event) => onChange(setFactor(method, 'password', event.currentTarget.checked))}
        />
        {!isUsername && (
          <Checkbox
            size="sm"
            label={t('experience.verificationCode')}
            aria-label={named(t('experience.verificationCode'))}
            checked={method.verificationCode}
            disabled={!hasDelivery && !method.verificationCode}
            onChange={(event) => onChange(setFactor(method, 'verificationCode', event.currentTarget.checked))}
          />
        )}
        {method.password && method.verificationCode && (
          <Checkbox
            size="sm"
            label={t('experience.passwordFirst')}
            aria-label={named(t('experience.passwordFirst'))}
            checked={method.isPasswordPrimary}
            onChange={(event) => onChange({ ...method, isPasswordPrimary: event.currentTarget.checked })}
          />
        )}
      </Group>
    </Group>
  );
}

function SocialSection({ form, words, connectors }: PartProps & { connectors: Connector[] }) {
  const { t } = useTranslation();
  const { socialTargets } = form.values;
  const social = connectors.filter(({ type }) => type === 'Social');
  const unused = [...new Set(social.map(({ target }) => target))].filter((target) => !socialTargets.includes(target));
  const set = (targets: string[]) => form.setFieldValue('socialTargets', targets);
  return (
    <FormSection stacked title={t('experience.section.social')} text={t('experience.socialText')}>
      {socialTargets.length > 0 && (
        <SortableList
          label={t('experience.socialConnectors')}
          items={socialTargets}
          itemKey={(target) => target}
          itemName={words.target}
          onChange={set}
        >
          {(target) => <SocialRow target={target} words={words} connector={social.find((each) => each.target === target)} />}
        </SortableList>
      )}
      <Group gap="md">
        {unused.length > 0 && (
          <AddMenu label={t('experience.addSocial')}>
            {unused.map((target) => (
              <Menu.Item key={target} onClick={() => set([...socialTargets, target])}>
                {words.target(target)}
              </Menu.Item>
            ))}
          </AddMenu>
        )}
        <LinkAnchor to="/connectors/$tab" params={{ tab: 'social' }} fz="sm">
          {t(social.length === 0 ? 'experience.firstSocial' : 'experience.anotherSocial')}
        </LinkAnchor>
      </Group>
      <Switch
        label={t('experience.linking')}
        description={t('experience.linkingHint')}
        {...form.getInputProps('automaticAccountLinking', { type: 'checkbox' })}
      />
    </FormSection>
  );
}

function SocialRow({ target, words, connector }: { target: string; words: SignInWords; connector: Connector | undefined }) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" wrap="nowrap">
      <ConnectorLogo logo={connector?.logo ?? ''} logoDark={connector?.logoDark} size={28} />
      <Text fz="sm" fw={550} truncate>
        {words.target(target)}
      </Text>
      {!connector && (
        <Text fz="xs" c="red" span>
          {t('experience.connectorGone')}
        </Text>
      )}
    </Group>
  );
}

function AddMenu({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="light" size="xs" w="fit-content" leftSection={<IconPlus size={14} />}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
