import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'spa-angular',
  name: 'Angular',
  description: 'A browser app with a general OpenID Connect library for Angular.',
  category: 'SPA',
  applicationType: 'SPA',
  logo: { mark: 'Ng', color: '#be185d' },
  order: 1.1,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="SPA"
      framework="Angular"
      sdk={{
        name: '@logto/js with angular-auth-oidc-client',
        source: 'npm',
        install: 'npm install @logto/js angular-auth-oidc-client',
      }}
      redirectUri="http://localhost:4200/callback"
      postLogoutRedirectUri="http://localhost:4200"
    />
  );
}
