/** Which guide an application was last set up with, in this browser: the server does not keep it. */
const key = (applicationId: string) => `portico.console.guide.${applicationId}`;

export function rememberGuide(applicationId: string, guideId: string): void {
  localStorage.setItem(key(applicationId), guideId);
}

export function lastGuide(applicationId: string): string | undefined {
  return localStorage.getItem(key(applicationId)) ?? undefined;
}
