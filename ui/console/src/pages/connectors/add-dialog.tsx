import { Modal, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ConnectorFactory } from '../../api/connectors';
import { ConnectorLogo } from '../../components/connector-logo';
import classes from './add-dialog.module.css';
import { localized } from './general-model';
import type { ConnectorTab } from './tabs';

interface AddDialogProps {
  opened: boolean;
  onClose: () => void;
  tab: ConnectorTab;
  factories: ConnectorFactory[];
}

/** Chooses the provider of a new connector: well-known ones first, then the open standards. */
export function AddDialog({ opened, onClose, tab, factories }: AddDialogProps) {
  const { t } = useTranslation();
  const groups = [
    { key: 'providers', factories: factories.filter(({ isStandard }) => isStandard !== true) },
    { key: 'standards', factories: factories.filter(({ isStandard }) => isStandard === true) },
  ] as const;
  return (
    <Modal opened={opened} onClose={onClose} title={t(`connectors.add.${tab}`)} size="xl">
      <Stack gap="lg">
        {groups
          .filter((group) => group.factories.length > 0)
          .map((group) => (
            <section key={group.key} aria-labelledby={`connector-group-${group.key}`}>
              <Title order={3} id={`connector-group-${group.key}`} fz="sm" c="dimmed" mb="xs">
                {t(`connectors.group.${group.key}`)}
              </Title>
              <div className={classes.grid}>
                {group.factories.map((factory) => (
                  <FactoryCard key={factory.id} factory={factory} tab={tab} />
                ))}
              </div>
            </section>
          ))}
      </Stack>
    </Modal>
  );
}

function FactoryCard({ factory, tab }: { factory: ConnectorFactory; tab: ConnectorTab }) {
  const { i18n } = useTranslation();
  const navigate = useNavigate();
  const open = () => navigate({ to: '/connectors/$tab/guide/$factoryId', params: { tab, factoryId: factory.id } });
  return (
    <UnstyledButton className={classes.card} onClick={() => void open()}>
      <ConnectorLogo logo={factory.logo} logoDark={factory.logoDark} size={40} />
      <span className={classes.text}>
        <Text span fz="sm" fw={600}>
          {localized(factory.name, i18n.language)}
        </Text>
        <Text span fz="xs" c="dimmed">
          {localized(factory.description, i18n.language)}
        </Text>
      </span>
    </UnstyledButton>
  );
}
