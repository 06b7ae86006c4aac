import NextAuth from 'next-auth';
import { keepFresh } from '@/tokens';

export const { handlers, auth, signIn, signOut } = NextAuth({
  providers: [
    {
      id: 'logto',
      name: 'Portico',
      type: 'oidc',
      issuer: process.env.AUTH_LOGTO_ISSUER,
      clientId: process.env.AUTH_LOGTO_ID,
      clientSecret: process.env.AUTH_LOGTO_SECRET,
      authorization: {
        params: { scope: 'openid offline_access profile email' },
      },
      profile(profile) {
        return {
          id: profile.sub,
          name: profile.name ?? profile.username,
          email: profile.email,
          image: profile.picture,
        };
      },
    },
  ],
  callbacks: {
    async jwt({ token, account }) {
      if (account) {
        return {
          ...token,
          accessToken: account.access_token,
          refreshToken: account.refresh_token,
          expiresAt: account.expires_at,
        };
      }
      return keepFresh(token);
    },
  },
});
