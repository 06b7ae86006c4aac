import { IconApps, IconLogin2, IconPlugConnected, IconRocket, IconUsers, type Icon } from '@tabler/icons-react';
import type { LinkProps } from '@tanstack/react-router';

interface NavigationEntry {
  label: 'getStarted' | 'applications' | 'connectors' | 'signInExperience' | 'users';
  to: NonNullable<LinkProps['to']>;
  icon: Icon;
}

interface NavigationSection {
  label: 'sectionOverview' | 'sectionAuthentication' | 'sectionPeople';
  entries: NavigationEntry[];
}

/** The sidebar, in order. Labels are phrases of `shell`; only pages that exist are listed. */
export const navigation: NavigationSection[] = [
  {
    label: 'sectionOverview',
    entries: [{ label: 'getStarted', to: '/get-started', icon: IconRocket }],
  },
  {
    label: 'sectionAuthentication',
    entries: [
      { label: 'applications', to: '/applications', icon: IconApps },
      { label: 'signInExperience', to: '/sign-in-experience', icon: IconLogin2 },
      { label: 'connectors', to: '/connectors', icon: IconPlugConnected },
    ],
  },
  {
    label: 'sectionPeople',
    entries: [{ label: 'users', to: '/users', icon: IconUsers }],
  },
];
