import { NumberInput, SimpleGrid, Stack, Switch, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FormSection } from '../../components/form-section';
import { passwordLimits } from './experience-model';
import type { ExperienceForm } from './page';

/** What a new password has to be like. */
export function PasswordRules({ form }: { form: ExperienceForm }) {
  const { t } = useTranslation();
  const number = { allowDecimal: false, allowNegative: false, clampBehavior: 'none' } as const;
  return (
    <Stack gap="lg">
      <FormSection stacked title={t('experience.sectionStrength')} text={t('experience.sectionStrengthText')}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="lg">
          <NumberInput {...number} label={t('experience.minLength')} {...form.getInputProps('minLength')} />
          <NumberInput {...number} label={t('experience.maxLength')} {...form.getInputProps('maxLength')} />
        </SimpleGrid>
        <NumberInput
          {...number}
          max={passwordLimits.types}
          label={t('experience.characterTypes')}
          description={t('experience.characterTypesHint')}
          {...form.getInputProps('characterTypes')}
        />
      </FormSection>
      <FormSection stacked title={t('experience.sectionRejects')} text={t('experience.sectionRejectsText')}>
        <Switch
          label={t('experience.rejectsPwned')}
          description={t('experience.rejectsPwnedHint')}
          {...form.getInputProps('rejectsPwned', { type: 'checkbox' })}
        />
        <Switch
          label={t('experience.rejectsSequences')}
          description={t('experience.rejectsSequencesHint')}
          {...form.getInputProps('rejectsSequences', { type: 'checkbox' })}
        />
        <Switch
          label={t('experience.rejectsUserInfo')}
          description={t('experience.rejectsUserInfoHint')}
          {...form.getInputProps('rejectsUserInfo', { type: 'checkbox' })}
        />
        <Textarea
          autosize
          minRows={3}
          maxRows={10}
          spellCheck={false}
          label={t('experience.rejectedWords')}
          description={t('experience.rejectedWordsHint')}
          {...form.getInputProps('rejectedWords')}
        />
      </FormSection>
    </Stack>
  );
}
