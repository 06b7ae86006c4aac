/** The search parameter takes an SQL pattern; what was typed stands for itself. */
export function containsPattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
