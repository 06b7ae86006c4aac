import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-react-router',
  name: 'React Router',
  description: 'Loaders and cookie sessions for React Router in framework mode.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'RR', color: '#be123c' },
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="React Router"
      sdk={{
        name: '@logto/react-router',
        source: 'npm, package @logto/react-router',
        install: 'npm install @logto/react-router',
      }}
      redirectUri="http://localhost:5173/api/logto/callback"
      postLogoutRedirectUri="http://localhost:5173"
    />
  );
}
