/** The mark of Portico: a pediment on three columns. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--mantine-primary-color-filled)" />
      <path
        fill="#fff"
        d="M6 11.5 16 6l10 5.5V14H6zM8.5 16h3v7h-3zM14.5 16h3v7h-3zM20.5 16h3v7h-3zM6 24.5h20V27H6z"
      />
    </svg>
  );
}
