import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-go',
  name: 'Go',
  description: 'Sign-in for net/http, Gin and other Go servers.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'Go', color: '#0369a1' },
  order: 1.3,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="Go"
      sdk={{
        name: 'github.com/logto-io/go/v2',
        source: 'Go module',
        install: 'go get github.com/logto-io/go/v2',
      }}
      redirectUri="http://localhost:8080/callback"
      postLogoutRedirectUri="http://localhost:8080"
    />
  );
}
