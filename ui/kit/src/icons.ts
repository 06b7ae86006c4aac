/**
 * Icon outlines as the `d` of one path on a 20×20 grid, drawn with a stroke of 1.5 and no fill.
 * Plain strings, so that any renderer may wrap them.
 */
export const icons = {
  eye: "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10Zm8 2.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  eyeOff: "m3 3 14 14M8.2 8.2a2.5 2.5 0 0 0 3.6 3.6M6 5.6C3.4 7 2 10 2 10s3 5.5 8 5.5c1.5 0 2.8-.5 4-1.1M9 4.6l1-.1c5 0 8 5.5 8 5.5s-.6 1.2-1.8 2.5",
  back: "M12.5 4.5 7 10l5.5 5.5",
  alert: "M10 6.5v4m0 2.75v.01M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15Z",
  check: "m4.5 10.5 3.5 3.5 7.5-8",
  chevron: "M5 7.5 10 12.5l5-5",
  user: "M10 10a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5Zm-6.25 7a6.25 5 0 0 1 12.5 0",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l2.6-2.6a3 3 0 0 0-4.3-4.3l-.8.8M11.5 8.5a3 3 0 0 0-4.3 0l-2.6 2.6a3 3 0 0 0 4.3 4.3l.8-.8",
} as const;

/** The mark of Portico, a pediment on three columns: the `d` of one filled path on a 32×32 grid. */
export const mark = "M6 11.5 16 6l10 5.5V14H6zM8.5 16h3v7h-3zM14.5 16h3v7h-3zM20.5 16h3v7h-3zM6 24.5h20V27H6z";

/** Name of an icon. */
export type IconName = keyof typeof icons;
