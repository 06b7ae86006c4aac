import { Tabs } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnectors, type Connector } from '../../api/connectors';
import { ApiError } from '../../api/errors';
import { useSignInExperience, useUpdateSignInExperience, type SignInExperience } from '../../api/sign-in-experience';
import { Page } from '../../components/page';
import { SaveBar } from '../../components/save-bar';
import { FormSkeleton, LoadFailure, NotFound, useErrorText } from '../../components/states';
import { Branding } from './branding';
import { ConfirmChanges } from './confirm-changes';
import { Content } from './content';
import {
  applied,
  experienceTabs,
  findFieldProblems,
  isExperienceTab,
  tabOf,
  toPatch,
  toValues,
  type ExperienceTab,
  type ExperienceValues,
} from './experience-model';
import classes from './page.module.css';
import { PasswordRules } from './password-rules';
import { Preview } from './preview';
import { deliveriesOf, toPreviewSettings } from './preview-message';
import { findProblems } from './sign-in-rules';
import { SignUpAndSignIn } from './sign-up-and-sign-in';
import { describeSignIn, differences, useSignInWords, type Difference } from './sign-in-words';

export type ExperienceForm = UseFormReturnType<ExperienceValues>;

/** How people sign up and sign in, and how the pages look, beside the page itself. */
export function SignInExperiencePage() {
  const { t } = useTranslation();
  const { tab } = useParams({ from: '/shell/sign-in-experience/$tab' });
  const experience = useSignInExperience();
  const connectors = useConnectors();
  const error = experience.error ?? connectors.error;

  if (!isExperienceTab(tab)) return <NotFound />;
  return (
    <Page title={t('experience.title')} subtitle={t('experience.subtitle')} width="full">
      {experience.data && connectors.data ? (
        <Editor tab={tab} settings={experience.data} connectors={connectors.data} />
      ) : error ? (
        <LoadFailure error={error} onRetry={() => void Promise.all([experience.refetch(), connectors.refetch()])} />
      ) : (
        <FormSkeleton />
      )}
    </Page>
  );
}

interface EditorProps {
  tab: ExperienceTab;
  settings: SignInExperience;
  connectors: Connector[];
}

/** One form over all tabs, so that they are saved together. */
function Editor({ tab, settings, connectors }: EditorProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const words = useSignInWords(connectors);
  const [asking, setAsking] = useState<Difference[]>();
  const deliveries = deliveriesOf(connectors);
  const form = useForm<ExperienceValues>({
    initialValues: toValues(settings),
    validateInputOnBlur: true,
    validate: (values) =>
      Object.fromEntries(
        Object.entries(findFieldProblems(values)).map(([field, problem]) => [field, t(`experience.problem.${problem}`)]),
      ),
  });
  const { values } = form;
  const wrongTabs = tabsWithMistakes(form, values, deliveries);
  const save = useSave(settings, form, () => setAsking(undefined));
  const preview = useMemo(() => toPreviewSettings(applied(settings, values), connectors), [settings, values, connectors]);
  const show = (next: ExperienceTab) => void navigate({ to: '/sign-in-experience/$tab', params: { tab: next } });

  const submit = form.onSubmit(
    () => {
      if (findProblems(values, deliveries).length > 0) {
        show('sign-up-and-sign-in');
        notifications.show({ color: 'red', message: t('experience.fixFirst') });
        return;
      }
      const changes = differences(describeSignIn(toValues(settings), words), describeSignIn(values, words));
      if (changes.length > 0) setAsking(changes);
      else save.mutate(values);
    },
    (errors) => {
      const [field] = Object.keys(errors) as (keyof ExperienceValues)[];
      if (field) show(tabOf(field));
      notifications.show({ color: 'red', message: t('experience.fixFirst') });
    },
  );

  return (
    <>
      <Tabs value={tab} onChange={(value) => value && isExperienceTab(value) && show(value)} mb="lg">
        <Tabs.List>
          {experienceTabs.map((each) => (
            <Tabs.Tab key={each} value={each} rightSection={wrongTabs.has(each) && <span className={classes.mistake} />}>
              {t(`experience.tab.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <div className={classes.columns}>
        <form onSubmit={submit} noValidate className={classes.form}>
          {tab === 'branding' && <Branding form={form} />}
          {tab === 'sign-up-and-sign-in' && (
            <SignUpAndSignIn form={form} connectors={connectors} deliveries={deliveries} words={words} />
          )}
          {tab === 'content' && <Content form={form} />}
          {tab === 'password-policy' && <PasswordRules form={form} />}
          <SaveBar dirty={form.isDirty()} saving={save.isPending} onDiscard={form.reset} within="/sign-in-experience/" />
        </form>
        <aside className={classes.preview}>
          <Preview settings={preview} />
        </aside>
      </div>
      <ConfirmChanges
        changes={asking}
        saving={save.isPending}
        onClose={() => setAsking(undefined)}
        onConfirm={() => save.mutate(values)}
      />
    </>
  );
}

function useSave(settings: SignInExperience, form: ExperienceForm, onSaved: () => void) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const update = useUpdateSignInExperience();
  return {
    isPending: update.isPending,
    mutate: (values: ExperienceValues) =>
      update.mutate(toPatch(settings, values), {
        onSuccess: (saved) => {
          const next = toValues({ ...settings, ...saved });
          form.setInitialValues(next);
          form.setValues(next);
          form.resetDirty(next);
          onSaved();
          notifications.show({ color: 'teal', message: t('common.saved') });
        },
        onError: (error) => {
          onSaved();
          const [issue] = error instanceof ApiError ? error.issues : [];
          notifications.show({ color: 'red', message: issue ? `${issue.path.join('.')}: ${issue.message}` : errorText(error) });
        },
      }),
  };
}

function tabsWithMistakes(form: ExperienceForm, values: ExperienceValues, deliveries: ReturnType<typeof deliveriesOf>) {
  const tabs = new Set(Object.keys(form.errors).map((field) => tabOf(field as keyof ExperienceValues)));
  if (form.isDirty() && findProblems(values, deliveries).length > 0) tabs.add('sign-up-and-sign-in');
  return tabs;
}
