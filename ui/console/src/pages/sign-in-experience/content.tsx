import { Radio, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FormSection } from '../../components/form-section';
import type { ExperienceForm } from './page';
import { languageName, pageLanguages } from './page-languages';

const policies = ['Automatic', 'ManualRegistrationOnly', 'Manual'] as const;

/** Languages, terms and support of the sign-in pages. */
export function Content({ form }: { form: ExperienceForm }) {
  const { t } = useTranslation();
  const { fallbackLanguage, termsOfUseUrl, privacyPolicyUrl } = form.values;
  // A language that was added through the API stays chosen.
  const tags = pageLanguages.includes(fallbackLanguage) ? pageLanguages : [...pageLanguages, fallbackLanguage];
  const address = { type: 'url', autoComplete: 'off', spellCheck: false } as const;
  return (
    <Stack gap="lg">
      <FormSection stacked title={t('experience.sectionLanguages')} text={t('experience.sectionLanguagesText')}>
        <Switch
          label={t('experience.autoDetect')}
          description={t('experience.autoDetectHint')}
          {...form.getInputProps('autoDetectLanguage', { type: 'checkbox' })}
        />
        <Select
          maw={320}
          allowDeselect={false}
          label={t('experience.fallbackLanguage')}
          description={t(form.values.autoDetectLanguage ? 'experience.fallbackLanguageHint' : 'experience.onlyLanguageHint')}
          data={tags.map((tag) => ({ value: tag, label: languageName(tag) }))}
          {...form.getInputProps('fallbackLanguage')}
        />
      </FormSection>
      <FormSection stacked title={t('experience.sectionTerms')} text={t('experience.sectionTermsText')}>
        <TextInput
          {...address}
          label={t('experience.termsOfUseUrl')}
          placeholder="https://example.com/terms"
          {...form.getInputProps('termsOfUseUrl')}
        />
        <TextInput
          {...address}
          label={t('experience.privacyPolicyUrl')}
          placeholder="https://example.com/privacy"
          {...form.getInputProps('privacyPolicyUrl')}
        />
        <Radio.Group
          label={t('experience.agreeToTerms')}
          description={termsOfUseUrl.trim() || privacyPolicyUrl.trim() ? undefined : t('experience.agreeToTermsNeedsUrl')}
          {...form.getInputProps('agreeToTermsPolicy')}
        >
          <Stack gap="sm" mt="sm">
            {policies.map((policy) => (
              <Radio
                key={policy}
                value={policy}
                label={t(`experience.policy.${policy}`)}
                description={t(`experience.policyHint.${policy}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
      </FormSection>
      <FormSection stacked title={t('experience.sectionSupport')} text={t('experience.sectionSupportText')}>
        <TextInput
          type="email"
          autoComplete="off"
          label={t('experience.supportEmail')}
          placeholder="help@example.com"
          {...form.getInputProps('supportEmail')}
        />
        <TextInput
          {...address}
          label={t('experience.supportWebsiteUrl')}
          placeholder="https://example.com/help"
          {...form.getInputProps('supportWebsiteUrl')}
        />
      </FormSection>
    </Stack>
  );
}
