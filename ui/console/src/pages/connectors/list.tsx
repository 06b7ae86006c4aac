import { Badge, Button, Group, Tabs, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMail, IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  useConnectorFactories,
  useConnectors,
  type Connector,
  type ConnectorFactory,
} from '../../api/connectors';
import { useSignInExperience } from '../../api/sign-in-experience';
import { ConnectorLogo } from '../../components/connector-logo';
import { DataTable, RowLink, type Column } from '../../components/data-table';
import { Page } from '../../components/page';
import { EmptyState, LoadFailure, NotFound } from '../../components/states';
import { AddDialog } from './add-dialog';
import { localized } from './general-model';
import { tabOf, type ConnectorTab } from './tabs';

/** All connectors: identity providers that people may use, and services that deliver codes. */
export function ConnectorList() {
  const { t } = useTranslation();
  const { tab } = useParams({ from: '/shell/connectors/$tab' });
  const navigate = useNavigate();
  const factories = useConnectorFactories();
  const connectors = useConnectors();
  const [adding, dialog] = useDisclosure();

  if (tab !== 'social' && tab !== 'passwordless') return <NotFound />;
  const hasPasswordless = factories.data?.some(({ type }) => type !== 'Social') ?? false;
  const rows = connectors.data?.filter(({ type }) => tabOf(type) === tab);
  const offered = offeredFactories(factories.data ?? [], connectors.data ?? [], tab);
  const error = connectors.error ?? factories.error;
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={dialog.open} disabled={offered.length === 0}>
      {t(`connectors.add.${tab}`)}
    </Button>
  );

  return (
    <Page title={t('connectors.title')} subtitle={t(hasPasswordless ? 'connectors.subtitle' : 'connectors.subtitleSocial')} actions={add}>
      <Tabs
        value={tab}
        mb="md"
        onChange={(value) => void navigate({ to: '/connectors/$tab', params: { tab: value as ConnectorTab } })}
      >
        <Tabs.List>
          {hasPasswordless && <Tabs.Tab value="passwordless">{t('connectors.tab.passwordless')}</Tabs.Tab>}
          <Tabs.Tab value="social">{t('connectors.tab.social')}</Tabs.Tab>
        </Tabs.List>
      </Tabs>
      {error ? (
        <LoadFailure error={error} onRetry={() => void Promise.all([factories.refetch(), connectors.refetch()])} />
      ) : (
        <ConnectorTable
          tab={tab}
          rows={rows}
          empty={
            <EmptyState
              icon={tab === 'social' ? IconPlugConnected : IconMail}
              title={t(`connectors.empty.${tab}Title`)}
              text={t(`connectors.empty.${tab}Text`)}
              action={
                <Button variant="light" leftSection={<IconPlus size={16} />} onClick={dialog.open}>
                  {t('connectors.chooseProvider')}
                </Button>
              }
            />
          }
        />
      )}
      <AddDialog opened={adding} onClose={dialog.close} tab={tab} factories={offered} />
    </Page>
  );
}

/** What can still be added: a provider that is not a standard one can be set up only once. */
function offeredFactories(factories: ConnectorFactory[], connectors: Connector[], tab: ConnectorTab): ConnectorFactory[] {
  const used = new Set(connectors.map(({ connectorId }) => connectorId));
  return factories.filter(
    ({ id, type, isStandard }) => tabOf(type) === tab && (isStandard === true || tab === 'passwordless' || !used.has(id)),
  );
}

interface ConnectorTableProps {
  tab: ConnectorTab;
  rows: Connector[] | undefined;
  empty: ReactNode;
}

function ConnectorTable({ tab, rows, empty }: ConnectorTableProps) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const targets = useSignInExperience().data?.socialSignInConnectorTargets;

  const columns: Column<Connector>[] = [
    {
      header: t('connectors.columnName'),
      render: (row) => (
        <RowLink
          icon={<ConnectorLogo logo={row.logo} logoDark={row.logoDark} />}
          title={localized(row.name, i18n.language)}
          subtitle={t(`connectors.type.${row.type}`)}
          link={{ to: '/connectors/$tab/$connectorId', params: { tab, connectorId: row.id } }}
        />
      ),
    },
    {
      header: t('connectors.target'),
      width: 260,
      secondary: true,
      render: (row) => (
        <Text fz="sm" ff="monospace">
          {row.target}
        </Text>
      ),
    },
  ];
  if (tab === 'social') {
    columns.push({
      header: t('connectors.columnUsage'),
      width: 180,
      render: (row) =>
        targets && (
          <Group gap={6}>
            <Badge variant="light" color={targets.includes(row.target) ? 'teal' : 'gray'} tt="none" radius="sm">
              {t(targets.includes(row.target) ? 'connectors.shown' : 'connectors.notShown')}
            </Badge>
          </Group>
        ),
    });
  }

  return (
    <DataTable
      label={t('connectors.title')}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      onRowClick={(row) => void navigate({ to: '/connectors/$tab/$connectorId', params: { tab, connectorId: row.id } })}
      empty={empty}
      page={1}
      pageSize={Math.max(rows?.length ?? 0, 1)}
      total={rows?.length ?? 0}
      onPageChange={() => {}}
    />
  );
}
