import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-dotnet-core-blazor-wasm',
  name: '.NET Core (Blazor WASM)',
  description: 'Sign-in for Blazor apps that run in the browser.',
  category: 'SPA',
  applicationType: 'SPA',
  logo: { mark: 'Bw', color: '#86198f' },
  order: 5.3,
};

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="SPA"
      framework="Blazor WebAssembly"
      sdk={{
        name: 'Blorc.OpenIdConnect',
        source: 'NuGet, package Blorc.OpenIdConnect',
        install: 'dotnet add package Blorc.OpenIdConnect',
      }}
      redirectUri="http://localhost:5000/callback"
      postLogoutRedirectUri="http://localhost:5000"
    />
  );
}
