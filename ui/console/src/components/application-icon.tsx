import { ThemeIcon } from '@mantine/core';
import {
  IconApi,
  IconBrowser,
  IconCertificate,
  IconDeviceMobile,
  IconRobot,
  IconServer,
  IconShieldLock,
  type Icon,
} from '@tabler/icons-react';
import type { ApplicationType } from '../api/applications';

type Kind = ApplicationType | 'API';

const looks: Record<Kind, { icon: Icon; color: string }> = {
  Native: { icon: IconDeviceMobile, color: 'grape' },
  SPA: { icon: IconBrowser, color: 'iris' },
  Traditional: { icon: IconServer, color: 'teal' },
  MachineToMachine: { icon: IconRobot, color: 'orange' },
  Protected: { icon: IconShieldLock, color: 'cyan' },
  SAML: { icon: IconCertificate, color: 'pink' },
  API: { icon: IconApi, color: 'blue' },
};

/** The picture of an application type. */
export function ApplicationIcon({ type, size = 36 }: { type: Kind; size?: number }) {
  const { icon: Symbol, color } = looks[type];
  return (
    <ThemeIcon variant="light" color={color} size={size} radius="md" aria-hidden>
      <Symbol size={Math.round(size * 0.55)} stroke={1.7} />
    </ThemeIcon>
  );
}
