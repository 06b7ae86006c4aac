import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-dotnet-core-mvc',
  name: '.NET Core (MVC)',
  description: 'An authentication handler for ASP.NET Core with controllers and views.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: '.N', color: '#5b21b6' },
  order: 5.1,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="ASP.NET Core MVC"
      sdk={{
        name: 'Logto.AspNetCore.Authentication',
        source: 'NuGet, package Logto.AspNetCore.Authentication',
        install: 'dotnet add package Logto.AspNetCore.Authentication',
      }}
      redirectUri="http://localhost:5000/Callback"
      postLogoutRedirectUri="http://localhost:5000/SignedOutCallback"
    >
      <Text>
        The handler answers <code>/Callback</code> and <code>/SignedOutCallback</code> by itself.
      </Text>
    </GenericOidcContent>
  );
}
