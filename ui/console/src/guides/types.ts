import type { ApplicationType } from '../api/applications';

/**
 * The contract of a quick-start guide.
 *
 * A guide is one file, `src/guides/<id>.tsx`, with two exports:
 *
 * - `export const guide: Guide = { … }`, the card in the library. It must not refer to the
 *   content, so that the library can load all cards without any content.
 * - `export default function Content(props: GuideProps)`, the page, loaded when it is opened.
 *   Left out when `skipGuideAfterCreation` is set.
 *
 * `index.ts` finds the files; nothing has to be registered.
 */
export interface Guide {
  /** Same as the file name without its extension. */
  id: string;
  /** Name of the framework, shown on the card; not translated. */
  name: string;
  /** One short sentence for the card. */
  description: string;
  category: GuideCategory;
  /**
   * Look of the card's badge: a mark of one to three characters and the brand colour behind it.
   * Without one the badge shows the icon of the application type.
   */
  logo?: { mark: string; color: string };
  /** Type of the application which the guide creates; `'API'` creates an API resource instead. */
  applicationType: ApplicationType | 'API';
  isThirdParty?: boolean;
  isFeatured?: boolean;
  isBeta?: boolean;
  /** Cards are sorted by it, then by name. Leave out to sort last. */
  order?: number;
  skillLevel?: 'beginner' | 'intermediate' | 'advanced';
  /** Go to the details of the new application instead of a guide page. */
  skipGuideAfterCreation?: boolean;
}

/** Filter of the library; the order here is the order of the filters. */
export const guideCategories = [
  'Traditional',
  'SPA',
  'Native',
  'MachineToMachine',
  'API',
  'ThirdParty',
  'SAML',
  'Protected',
] as const;

export type GuideCategory = (typeof guideCategories)[number];

/** What a guide's content is filled in with. */
export interface GuideProps {
  /** Address of the identity server without a trailing slash, e.g. `http://localhost:3001`. */
  endpoint: string;
  /** OpenID Connect issuer, e.g. `http://localhost:3001/oidc`. */
  issuer: string;
  /** Name of the application (or API resource) as its owner gave it. */
  name: string;
  /** Client identifier; empty in an API guide. */
  appId: string;
  /** Newest secret that has not expired; empty when the type has none. */
  appSecret: string;
  /** Saved sign-in redirect URIs, possibly none. */
  redirectUris: string[];
  /** Saved post sign-out redirect URIs, possibly none. */
  postLogoutRedirectUris: string[];
  /** API guides: identifier (audience) of the API resource; empty otherwise. */
  resource: string;
}
