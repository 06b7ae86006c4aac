import type { Phrases } from '../en';
import { applications } from './applications';
import { common, errors, uri } from './common';
import { connectors } from './connectors';
import { experience } from './experience';
import { guides } from './guides';
import { getStarted, shell, welcome } from './shell';
import { users } from './users';

export const de: Phrases = { common, uri, errors, shell, welcome, getStarted, applications, connectors, experience, guides, users };
