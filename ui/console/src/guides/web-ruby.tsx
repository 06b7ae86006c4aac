import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-ruby',
  name: 'Ruby',
  description: 'Sign-in for Rails and other Rack apps.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'Rb', color: '#b91c1c' },
  isFeatured: true,
  order: 2,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="Ruby"
      sdk={{ name: 'logto', source: 'RubyGems, gem logto', install: 'bundle add logto' }}
      redirectUri="http://localhost:3000/callback"
      postLogoutRedirectUri="http://localhost:3000"
    />
  );
}
