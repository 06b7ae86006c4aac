import LogtoClient, { UserScope } from '@logto/browser';
import { bootstrap, callbackUrl, consoleUrl } from '../bootstrap';

/** The Console is an ordinary client of the admin tenant; it is signed in like any other application. */
export const session = new LogtoClient({
  endpoint: bootstrap.adminEndpoint,
  appId: 'admin-console',
  resources: [bootstrap.resource, 'https://admin.logto.app/me'],
  scopes: [UserScope.Email, UserScope.Identities, UserScope.CustomData, 'all'],
});

const returnKey = 'portico.console.return';

/** Leaves the page for the sign-in page of the admin tenant; afterwards the browser is back here. */
export async function startSignIn(firstScreen?: 'register'): Promise<void> {
  const here = window.location.pathname + window.location.search;
  const isAnchor = !here.startsWith('/console/callback') && !here.startsWith('/console/welcome');
  if (isAnchor) sessionStorage.setItem(returnKey, here);
  await session.signIn({ redirectUri: callbackUrl, ...(firstScreen && { firstScreen }) });
}

/** Finishes the sign-in at the callback address and says which path the reader wanted. */
export async function finishSignIn(): Promise<string> {
  await session.handleSignInCallback(window.location.href);
  const wanted = sessionStorage.getItem(returnKey);
  sessionStorage.removeItem(returnKey);
  return wanted?.startsWith('/console') ? wanted.slice('/console'.length) || '/' : '/';
}

/** Ends the session here and at the server. */
export async function signOut(): Promise<void> {
  await session.signOut(consoleUrl);
}

/**
 * True while the server has no administrator: until then its admin tenant offers registration only.
 * This is part of the public sign-in settings.
 */
export async function hasNoAdministrator(): Promise<boolean> {
  const response = await fetch(`${bootstrap.adminEndpoint}/api/.well-known/sign-in-exp`);
  if (!response.ok) return false;
  const settings = (await response.json()) as { signInMode?: string };
  return settings.signInMode === 'Register';
}

/** Who is signed in, from the ID token. */
export interface Administrator {
  name: string;
  detail: string | undefined;
  picture: string | undefined;
}

/** The administrator who is signed in. */
export async function currentAdministrator(): Promise<Administrator> {
  const { sub, name, username, email, picture } = await session.getIdTokenClaims();
  const shown = name ?? username ?? email ?? sub;
  const detail = [email, username].find((each) => each && each !== shown);
  return { name: shown, detail: detail ?? undefined, picture: picture ?? undefined };
}
