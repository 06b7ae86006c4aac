import type { JWT } from 'next-auth/jwt';

declare module 'next-auth/jwt' {
  interface JWT {
    accessToken?: string;
    refreshToken?: string;
    expiresAt?: number;
    error?: 'RefreshFailed';
  }
}

const clientId = process.env.AUTH_LOGTO_ID;
const clientSecret = process.env.AUTH_LOGTO_SECRET;

/** Returns the token as it is, or with a new access token once the old one runs out. */
export async function keepFresh(token: JWT): Promise<JWT> {
  const expiresAt = (token.expiresAt ?? 0) * 1000;
  if (!token.refreshToken || Date.now() < expiresAt - 60_000) {
    return token;
  }

  const response = await fetch(process.env.AUTH_LOGTO_ISSUER + '/token', {
    method: 'POST',
    headers: { Authorization: 'Basic ' + btoa(clientId + ':' + clientSecret) },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: token.refreshToken,
    }),
  });
  if (!response.ok) {
    return { ...token, error: 'RefreshFailed' };
  }

  const fresh = await response.json();
  return {
    ...token,
    accessToken: fresh.access_token,
    // A new refresh token replaces the one just used.
    refreshToken: fresh.refresh_token ?? token.refreshToken,
    expiresAt: Math.floor(Date.now() / 1000) + fresh.expires_in,
    error: undefined,
  };
}
