import { mark } from '@portico/kit/icons';

/** The mark of Portico on a tile of the main colour. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--mantine-primary-color-filled)" />
      <path fill="#fff" d={mark} />
    </svg>
  );
}
