import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-remix',
  name: 'Remix',
  description: 'Loaders and cookie sessions for a Remix app.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'Rx', color: '#4338ca' },
  order: 1.2,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="Remix"
      sdk={{ name: '@logto/remix', source: 'npm, package @logto/remix', install: 'npm install @logto/remix' }}
      redirectUri="http://localhost:3000/api/logto/callback"
      postLogoutRedirectUri="http://localhost:3000"
    />
  );
}
