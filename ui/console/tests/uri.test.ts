import { describe, expect, it } from 'vitest';
import { cleanList, findListProblems, findUriProblem, type UriProblem, type UriRule } from '../src/validation/uri';

const cases: [UriRule, string, UriProblem | undefined][] = [
  ['web', 'https://app.example.com/callback', undefined],
  ['web', 'http://localhost:3000/callback?from=app', undefined],
  ['web', 'https://*.preview.example.com/callback', undefined],
  ['web', 'https://app.example.com/*/callback', undefined],
  ['web', 'app.example.com/callback', 'invalid'],
  ['web', '/callback', 'invalid'],
  ['web', 'https://app.example.com/call back', 'invalid'],
  ['web', 'https://app.example.com/callback#fragment', 'fragment'],
  ['web', 'com.example.app://callback', 'scheme'],
  ['web', 'javascript:alert(1)', 'scheme'],
  ['native', 'com.example.app://callback', undefined],
  ['native', 'http://127.0.0.1:8080/callback', undefined],
  ['native', 'https://app.example.com/callback#fragment', 'fragment'],
  ['native', 'data:text/html,hello', 'scheme'],
  ['postLogout', 'https://app.example.com', undefined],
  ['postLogout', 'com.example.app://signed-out', undefined],
  ['postLogout', 'JavaScript:alert(1)', 'scheme'],
  ['origin', 'https://app.example.com', undefined],
  ['origin', 'https://*.example.com', undefined],
  ['origin', 'https://app.example.com/path', 'notOrigin'],
  ['origin', 'https://app.example.com/', 'notOrigin'],
  ['origin', 'ftp://app.example.com', 'scheme'],
  ['webhook', 'https://app.example.com/logout', undefined],
  ['webhook', 'https://*.example.com/logout', 'invalid'],
  ['webhook', 'mailto:someone@example.com', 'scheme'],
];

describe('addresses of an application', () => {
  it.each(cases)('%s %s', (rule, value, problem) => {
    expect(findUriProblem(value, rule)).toBe(problem);
  });

  it('reports a repeated address at its second place and leaves empty rows alone', () => {
    const problems = findListProblems(['https://a.example', '', ' https://a.example '], 'web');
    expect([...problems]).toEqual([[2, 'duplicate']]);
  });

  it('sends no blanks', () => {
    expect(cleanList([' https://a.example ', '', '  '])).toEqual(['https://a.example']);
  });
});
