import { AppShell, Badge, Burger, Button, Group, Modal, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionState } from '../api/queries';
import { startSignIn } from '../auth/session';
import { LinkEntry } from '../components/links';
import { Logo } from './logo';
import { navigation } from './navigation';
import { LanguageMenu, ProfileMenu, ThemeMenu } from './menus';
import classes from './shell.module.css';

/** The frame around every page for administrators: top bar, sidebar, content. */
export function Shell() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  useEffect(close, [pathname, close]);

  return (
    <>
      <a
        href="#content"
        className={classes.skip}
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t('shell.skipToContent')}
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 236, breakpoint: 'sm', collapsed: { mobile: !opened } }}
        transitionDuration={160}
      >
        <AppShell.Header className={classes.header}>
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? t('shell.closeNavigation') : t('shell.openNavigation')}
              aria-expanded={opened}
            />
            <Link to="/get-started" className={classes.brand}>
              <Logo />
              <Text span fw={650} visibleFrom="xs">
                Portico
              </Text>
            </Link>
            <span className={classes.slash} aria-hidden />
            <Badge variant="default" tt="none" fw={500} size="lg" radius="sm" title={t('shell.tenant')}>
              {t('shell.tenantDefault')}
            </Badge>
          </Group>
          <Group gap={6} wrap="nowrap">
            <LanguageMenu />
            <ThemeMenu />
            <ProfileMenu />
          </Group>
        </AppShell.Header>
        <AppShell.Navbar className={classes.navbar} aria-label={t('shell.navigation')}>
          <ScrollArea>
            {navigation.map((section) => (
              <div key={section.label} className={classes.section}>
                <Text fz="xs" fw={550} c="dimmed" className={classes.sectionLabel}>
                  {t(`shell.${section.label}`)}
                </Text>
                {section.entries.map(({ label, to, icon: Symbol }) => {
                  const active = pathname === to || pathname.startsWith(`${to}/`);
                  return (
                    <LinkEntry
                      key={to}
                      to={to}
                      label={t(`shell.${label}`)}
                      leftSection={<Symbol size={18} stroke={1.7} />}
                      active={active}
                      aria-current={active ? 'page' : undefined}
                      className={classes.entry}
                    />
                  );
                })}
              </div>
            ))}
          </ScrollArea>
        </AppShell.Navbar>
        <AppShell.Main ref={main} id="content" tabIndex={-1} className={classes.main}>
          <Outlet />
        </AppShell.Main>
      </AppShell>
      <SessionEnded />
    </>
  );
}

/** Covers the page once the server no longer accepts the session. */
function SessionEnded() {
  const { t } = useTranslation();
  const ended = useSyncExternalStore(sessionState.subscribe, sessionState.hasEnded);
  return (
    <Modal opened={ended} onClose={() => {}} withCloseButton={false} title={t('errors.sessionTitle')} size="sm">
      <Text fz="sm">{t('errors.sessionText')}</Text>
      <Button fullWidth mt="lg" onClick={() => void startSignIn()} data-autofocus>
        {t('errors.signInAgain')}
      </Button>
    </Modal>
  );
}
