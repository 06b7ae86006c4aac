import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'native-ios-swift',
  name: 'iOS (Swift)',
  description: 'Sign-in for iPhone, iPad and Mac apps.',
  category: 'Native',
  applicationType: 'Native',
  logo: { mark: 'iOS', color: '#475569' },
  order: 1.7,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Native"
      framework="Swift"
      sdk={{ name: 'github.com/logto-io/swift', source: 'Swift Package Manager' }}
      redirectUri="io.logto://callback"
    />
  );
}
