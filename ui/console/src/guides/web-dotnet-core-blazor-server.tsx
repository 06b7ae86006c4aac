import { Text } from '@mantine/core';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-dotnet-core-blazor-server',
  name: '.NET Core (Blazor Server)',
  description: 'An authentication handler for Blazor apps that run on the server.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'Bz', color: '#7e22ce' },
  order: 5.2,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="Blazor Server"
      sdk={{
        name: 'Logto.AspNetCore.Authentication',
        source: 'NuGet, package Logto.AspNetCore.Authentication',
        install: 'dotnet add package Logto.AspNetCore.Authentication',
      }}
      redirectUri="http://localhost:5000/Callback"
      postLogoutRedirectUri="http://localhost:5000/SignedOutCallback"
    >
      <Text>
        The handler answers <code>/Callback</code> and <code>/SignedOutCallback</code> by itself. A Blazor component
        cannot redirect a response that has begun: start the sign-in from a plain endpoint.
      </Text>
    </GenericOidcContent>
  );
}
