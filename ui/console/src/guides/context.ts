import { createContext, useContext } from 'react';
import type { GuideProps } from './types';

/** Lists of addresses that a guide may ask for. */
export type UriField = 'redirectUris' | 'postLogoutRedirectUris' | 'corsAllowedOrigins';

export interface OutlineEntry {
  id: string;
  title: string;
}

/** What the page around a guide gives to the guide's building blocks. */
export interface GuideEnvironment extends GuideProps {
  uris: Record<UriField, string[]>;
  /** True for an application that may have custom-scheme addresses. */
  isNative: boolean;
  saveUris: (field: UriField, value: string[]) => Promise<void>;
  setOutline: (entries: OutlineEntry[]) => void;
}

export const GuideContext = createContext<GuideEnvironment | undefined>(undefined);

/** Everything a building block may need; only inside a guide. */
export function useGuide(): GuideEnvironment {
  const environment = useContext(GuideContext);
  if (!environment) throw new Error('guide blocks are only for guide pages');
  return environment;
}
