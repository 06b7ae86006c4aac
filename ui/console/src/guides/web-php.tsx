import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-php',
  name: 'PHP',
  description: 'Sign-in for plain PHP and PHP frameworks.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'php', color: '#6366f1' },
  order: 2,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="PHP"
      sdk={{ name: 'logto/sdk', source: 'Packagist, package logto/sdk', install: 'composer require logto/sdk' }}
      redirectUri="http://localhost:8000/callback"
      postLogoutRedirectUri="http://localhost:8000"
    />
  );
}
