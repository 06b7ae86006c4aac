import { applications } from './applications';
import { common, errors, uri } from './common';
import { connectors } from './connectors';
import { experience } from './experience';
import { guides } from './guides';
import { getStarted, shell, welcome } from './shell';
import { users } from './users';

/** English is the source: every other language has to have the same keys. */
export const en = { common, uri, errors, shell, welcome, getStarted, applications, connectors, experience, guides, users } as const;

type Text<Tree> = { [Key in keyof Tree]: Tree[Key] extends string ? string : Text<Tree[Key]> };

export type Phrases = Text<typeof en>;
