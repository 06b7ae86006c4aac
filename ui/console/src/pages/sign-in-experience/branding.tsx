import { Button, ColorInput, Group, Image, SimpleGrid, Skeleton, Stack, Switch, Text, TextInput } from '@mantine/core';
import { contrast, deriveBrand, surfaces } from '@portico/kit/colour';
import { IconPhoto } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormSection } from '../../components/form-section';
import classes from './branding.module.css';
import { followBrand } from './dark-color';
import type { ExperienceForm } from './page';

const CssEditor = lazy(() => import('../../components/css-editor'));

const swatches = ['#4c5fd5', '#2563eb', '#0e7490', '#15803d', '#b45309', '#c2410c', '#be123c', '#7e22ce', '#1f2937'];

/** Colours, pictures and style of the sign-in pages. */
export function Branding({ form }: { form: ExperienceForm }) {
  const { t } = useTranslation();
  const { values } = form;
  const error = form.errors.customCss;
  // What the dark colour was derived to: while it is still that, nobody has chosen it.
  const [derived, setDerived] = useState(() => deriveBrand(values.primaryColor, 'dark')?.text);
  const follow = (primaryColor: string) => {
    const followed = followBrand(values.darkPrimaryColor, primaryColor, derived);
    if (followed === undefined) return;
    setDerived(followed);
    form.setFieldValue('darkPrimaryColor', followed);
  };
  const darkMode = form.getInputProps('isDarkModeEnabled', { type: 'checkbox' });
  return (
    <Stack gap="lg">
      <FormSection stacked title={t('experience.sectionColors')} text={t('experience.sectionColorsText')}>
        <BrandColor form={form} field="primaryColor" theme="light" onPick={follow} />
        <Switch
          label={t('experience.darkMode')}
          description={t('experience.darkModeHint')}
          {...darkMode}
          onChange={(event) => {
            darkMode.onChange(event);
            if (event.currentTarget.checked) follow(values.primaryColor);
          }}
        />
        {values.isDarkModeEnabled && <BrandColor form={form} field="darkPrimaryColor" theme="dark" />}
      </FormSection>
      <FormSection stacked title={t('experience.sectionPictures')} text={t('experience.sectionPicturesText')}>
        <SimpleGrid cols={{ base: 1, lg: values.isDarkModeEnabled ? 2 : 1 }} spacing="lg">
          <Picture form={form} field="logoUrl" theme="light" />
          {values.isDarkModeEnabled && <Picture form={form} field="darkLogoUrl" theme="dark" />}
          <Picture form={form} field="favicon" theme="light" />
          {values.isDarkModeEnabled && <Picture form={form} field="darkFavicon" theme="dark" />}
        </SimpleGrid>
      </FormSection>
      <FormSection stacked title={t('experience.sectionCss')} text={t('experience.sectionCssText')}>
        <Suspense fallback={<Skeleton h={160} radius="md" />}>
          <CssEditor
            label={t('experience.customCss')}
            description={t('experience.customCssHint')}
            value={values.customCss}
            error={typeof error === 'string' ? error : undefined}
            onChange={(css) => form.setFieldValue('customCss', css)}
          />
        </Suspense>
      </FormSection>
    </Stack>
  );
}

interface BrandColorProps {
  form: ExperienceForm;
  field: 'primaryColor' | 'darkPrimaryColor';
  theme: 'light' | 'dark';
  onPick?: (color: string) => void;
}

/** A colour, and what the pages make of it: they change it where its contrast is too low to read. */
function BrandColor({ form, field, theme, onPick }: BrandColorProps) {
  const { t } = useTranslation();
  const input = form.getInputProps(field);
  const color = form.values[field];
  const derived = deriveBrand(color, theme);
  const ratio = contrast(color, surfaces[theme]);
  const isAdjusted = derived !== undefined && derived.text.toLowerCase() !== color.trim().toLowerCase();
  return (
    <Stack gap={6}>
      <Group align="flex-end" gap="sm">
        <ColorInput
          flex={1}
          miw={180}
          maw={280}
          format="hex"
          swatches={swatches}
          label={t(`experience.${field}`)}
          eyeDropperButtonProps={{ 'aria-label': t('experience.pickColor') }}
          {...input}
          onChange={(picked) => {
            input.onChange(picked);
            onPick?.(picked);
          }}
        />
        {field === 'darkPrimaryColor' && derived && (
          <Button
            variant="default"
            onClick={() => form.setFieldValue('darkPrimaryColor', deriveBrand(form.values.primaryColor, 'dark')?.text ?? color)}
          >
            {t('experience.deriveDark')}
          </Button>
        )}
        {derived && (
          <span className={classes.sample} style={{ background: derived.brand, color: derived.onBrand }} aria-hidden>
            {t('experience.sampleButton')}
          </span>
        )}
      </Group>
      {derived && (
        <Text fz="xs" c="dimmed" role="status">
          {t(isAdjusted ? 'experience.contrastAdjusted' : 'experience.contrastGood', { ratio: ratio.toFixed(1) })}
        </Text>
      )}
    </Stack>
  );
}

interface PictureProps {
  form: ExperienceForm;
  field: 'logoUrl' | 'darkLogoUrl' | 'favicon' | 'darkFavicon';
  theme: 'light' | 'dark';
}

function Picture({ form, field, theme }: PictureProps) {
  const { t } = useTranslation();
  const url = form.values[field].trim();
  const [broken, setBroken] = useState<string>();
  const isBroken = url !== '' && broken === url;
  return (
    <Stack gap={8}>
      <TextInput
        type="url"
        autoComplete="off"
        spellCheck={false}
        label={t(`experience.${field}`)}
        placeholder="https://example.com/logo.svg"
        {...form.getInputProps(field)}
      />
      <div className={classes.picture} data-theme={theme}>
        {url !== '' && !isBroken ? (
          <Image src={url} alt="" fit="contain" h={field === 'logoUrl' || field === 'darkLogoUrl' ? 44 : 28} w="auto" onError={() => setBroken(url)} />
        ) : (
          <IconPhoto size={24} stroke={1.4} aria-hidden />
        )}
      </div>
      {isBroken && (
        <Text fz="xs" c="dimmed" role="status">
          {t('experience.pictureBroken')}
        </Text>
      )}
    </Stack>
  );
}
