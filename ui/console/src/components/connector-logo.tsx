import { useComputedColorScheme } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './connector-logo.module.css';

interface ConnectorLogoProps {
  logo: string;
  logoDark?: string | null;
  size?: number;
  /** Shows how it looks in one appearance, whatever the Console's own is. */
  scheme?: 'light' | 'dark';
}

/** The picture of an identity provider, on a plate; a plug when it cannot be loaded. */
export function ConnectorLogo({ logo, logoDark, size = 36, scheme: fixed }: ConnectorLogoProps) {
  const current = useComputedColorScheme('light');
  const scheme = fixed ?? current;
  const source = (scheme === 'dark' && logoDark) || logo;
  const [broken, setBroken] = useState<string>();
  const inner = Math.round(size * 0.58);
  return (
    <span className={classes.plate} data-scheme={fixed} style={{ width: size, height: size }} aria-hidden>
      {source && broken !== source ? (
        <img src={source} alt="" width={inner} height={inner} onError={() => setBroken(source)} />
      ) : (
        <IconPlugConnected size={inner} stroke={1.6} />
      )}
    </span>
  );
}
