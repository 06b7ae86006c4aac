/**
 * Rules for the addresses an application may register. They mirror what the server refuses, so that
 * a mistake is shown beside the field; the server stays the judge.
 */
export type UriProblem = 'invalid' | 'scheme' | 'fragment' | 'notOrigin' | 'duplicate';

/** Which rule an address has to satisfy. */
export type UriRule = 'web' | 'native' | 'postLogout' | 'origin' | 'webhook';

/** Schemes which a browser would run or render instead of handing over to an application. */
const dangerousSchemes = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:']);

function parse(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}

function isWeb(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

/** The first problem with one address, or undefined when it is fine. */
export function findUriProblem(value: string, rule: UriRule): UriProblem | undefined {
  // A wildcard host is not a URL for every parser; judge the address with a plain label instead.
  const wildcardAllowed = rule === 'web' || rule === 'postLogout' || rule === 'origin';
  if (rule === 'webhook' && value.includes('*')) return 'invalid';
  const url = parse(wildcardAllowed ? value.replaceAll('*', 'wildcard') : value);
  if (!url || /\s/.test(value)) return 'invalid';
  if (dangerousSchemes.has(url.protocol)) return 'scheme';
  if (rule === 'native') return isWeb(url) && value.includes('#') ? 'fragment' : undefined;
  if (rule === 'postLogout' && !isWeb(url)) return undefined;
  if (!isWeb(url)) return 'scheme';
  // RFC 6749 section 3.1.2: a redirection endpoint must not have a fragment.
  if (value.includes('#')) return 'fragment';
  if (rule === 'origin' && value.replaceAll('*', 'wildcard') !== url.origin) return 'notOrigin';
  return undefined;
}

/** Problems of a whole list by index, duplicates included. Empty rows are left alone. */
export function findListProblems(values: readonly string[], rule: UriRule): Map<number, UriProblem> {
  const problems = new Map<number, UriProblem>();
  const seen = new Set<string>();
  for (const [index, raw] of values.entries()) {
    const value = raw.trim();
    if (value === '') continue;
    const problem = findUriProblem(value, rule) ?? (seen.has(value) ? 'duplicate' : undefined);
    if (problem) problems.set(index, problem);
    seen.add(value);
  }
  return problems;
}

/** The list as it is sent: trimmed, without empty rows. */
export function cleanList(values: readonly string[]): string[] {
  return values.map((value) => value.trim()).filter((value) => value !== '');
}
