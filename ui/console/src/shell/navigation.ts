import { IconApps, IconPlugConnected, IconRocket, type Icon } from '@tabler/icons-react';
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
      { label: 'connectors', to: '/connectors', icon: IconPlugConnected },
    ],
  },
];
