import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-passport',
  name: 'Passport',
  description: 'An OpenID Connect strategy for Passport.js.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'Pa', color: '#0d9488' },
  order: 6.1,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="Passport"
      sdk={{
        name: 'passport-openidconnect',
        source: 'npm, package passport-openidconnect',
        install: 'npm install passport passport-openidconnect express-session',
      }}
      redirectUri="http://localhost:3000/callback"
      postLogoutRedirectUri="http://localhost:3000"
    />
  );
}
