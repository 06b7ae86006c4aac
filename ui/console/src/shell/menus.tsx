import {
  ActionIcon,
  Avatar,
  Menu,
  Text,
  Tooltip,
  UnstyledButton,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconLanguage, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { useRouteContext } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { signOut } from '../auth/session';
import { chooseLanguage, languages, type Language } from '../phrases';

const appearances = [
  { value: 'light', phrase: 'themeLight', Icon: IconSun },
  { value: 'dark', phrase: 'themeDark', Icon: IconMoon },
  { value: 'auto', phrase: 'themeAuto', Icon: IconDeviceDesktop },
] as const;

/** Light, dark, or as the system. */
export function ThemeMenu() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = (appearances.find((each) => each.value === colorScheme) ?? appearances[2]).Icon;
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <Tooltip label={t('shell.theme')} withArrow>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('shell.theme')}>
            <Current size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {appearances.map(({ value, phrase, Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            rightSection={colorScheme === value && <IconCheck size={14} />}
            onClick={() => setColorScheme(value)}
          >
            {t(`shell.${phrase}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The languages we have, each in its own name. */
export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <Tooltip label={t('shell.language')} withArrow>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('shell.language')}>
            <IconLanguage size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(languages).map(([tag, name]) => (
          <Menu.Item
            key={tag}
            lang={tag}
            rightSection={i18n.language === tag && <IconCheck size={14} />}
            onClick={() => void chooseLanguage(tag as Language)}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Who is signed in, and the way out. */
export function ProfileMenu() {
  const { t } = useTranslation();
  const { administrator } = useRouteContext({ from: '/shell' });
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton style={{ borderRadius: '50%' }}>
          <Avatar
            src={administrator.picture}
            name={administrator.name}
            color="iris"
            variant="filled"
            size={32}
            alt=""
            aria-hidden
          />
          <VisuallyHidden>{t('shell.account')}</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text fz="sm" fw={550} c="var(--mantine-color-text)" truncate>
            {administrator.name}
          </Text>
          {administrator.detail && (
            <Text fz="xs" truncate>
              {administrator.detail}
            </Text>
          )}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
