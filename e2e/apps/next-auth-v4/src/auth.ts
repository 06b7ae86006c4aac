import type { NextAuthOptions } from 'next-auth';

export const authOptions: NextAuthOptions = {
  providers: [
    {
      id: 'logto',
      name: 'Portico',
      type: 'oauth',
      wellKnown: process.env.LOGTO_WELL_KNOWN,
      clientId: process.env.LOGTO_ID,
      clientSecret: process.env.LOGTO_SECRET,
      client: { id_token_signed_response_alg: 'ES384' },
      authorization: {
        params: { scope: 'openid offline_access profile email' },
      },
      idToken: true,
      checks: ['pkce', 'state', 'nonce'],
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
};
