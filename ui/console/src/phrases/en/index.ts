import { applications } from './applications';
import { common, errors, uri } from './common';
import { connectors } from './connectors';
import { guides } from './guides';
import { getStarted, shell, welcome } from './shell';

/** English is the source: every other language has to have the same keys. */
export const en = { common, uri, errors, shell, welcome, getStarted, applications, connectors, guides } as const;

type Text<Tree> = { [Key in keyof Tree]: Tree[Key] extends string ? string : Text<Tree[Key]> };

export type Phrases = Text<typeof en>;
