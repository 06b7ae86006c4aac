import { Button, Chip, Group, Stack, Text, Title } from '@mantine/core';
import { IconSearchOff } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SearchField } from '../../components/data-table';
import { GuideGrid } from '../../components/guide-card';
import { Page } from '../../components/page';
import { EmptyState } from '../../components/states';
import { guides } from '../../guides';
import { filterGuides } from '../../guides/filter';
import { guideCategories, type Guide } from '../../guides/types';
import type { LibrarySearch } from '../search';
import CreateDialog from './create-dialog';
import { PlainDialog } from './plain-dialog';
import classes from './library.module.css';

/** All guides, by category, with a search. */
export function GuideLibrary() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/shell/applications/create' });
  const navigate = useNavigate({ from: '/applications/create' });
  const [chosen, setChosen] = useState<Guide>();
  const [plain, setPlain] = useState(false);
  const found = filterGuides(guides, search);
  const categories = search.category && search.category !== 'featured' ? [search.category] : guideCategories;

  const set = (change: LibrarySearch) => void navigate({ search: { ...search, ...change }, replace: true });

  return (
    <Page
      title={t('guides.title')}
      subtitle={t('guides.subtitle')}
      back={{ to: '/applications', label: t('applications.title') }}
      actions={
        <Button variant="default" onClick={() => setPlain(true)}>
          {t('guides.withoutFramework')}
        </Button>
      }
    >
      <Stack gap="md" mb="xl">
        <SearchField
          placeholder={t('guides.search')}
          value={search.q ?? ''}
          onChange={(q) => set({ q: q || undefined })}
        />
        <Chip.Group
          value={search.category ?? 'all'}
          onChange={(value) =>
            set({ category: value === 'all' ? undefined : (value as LibrarySearch['category']) })
          }
        >
          <Group gap={6} role="radiogroup" aria-label={t('guides.categories')}>
            {(['all', 'featured', ...guideCategories] as const).map((value) => (
              <Chip key={value} value={value} size="xs" radius="xl" classNames={{ root: classes.chip, input: classes.radio }}>
                {value === 'all' || value === 'featured' ? t(`guides.${value}`) : t(`guides.category.${value}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Stack>
      {categories.map((category) => {
        const members = found.filter((guide) => guide.category === category);
        if (members.length === 0) return null;
        return (
          <section key={category} className={classes.category} aria-labelledby={`category-${category}`}>
            <Group gap="xs" mb="sm" align="baseline">
              <Title order={2} id={`category-${category}`}>
                {t(`guides.category.${category}`)}
              </Title>
              <Text fz="xs" c="dimmed">
                {t('guides.count', { count: members.length })}
              </Text>
            </Group>
            <GuideGrid guides={members} onChoose={setChosen} />
          </section>
        );
      })}
      {found.length === 0 && (
        <EmptyState
          icon={IconSearchOff}
          title={t('guides.noMatchTitle')}
          text={t('guides.noMatchText')}
          action={<Button onClick={() => setPlain(true)}>{t('guides.withoutFramework')}</Button>}
        />
      )}
      {chosen && <CreateDialog guide={chosen} onClose={() => setChosen(undefined)} />}
      {plain && <PlainDialog onClose={() => setPlain(false)} />}
    </Page>
  );
}
