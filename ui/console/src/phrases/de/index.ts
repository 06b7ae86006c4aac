import type { Phrases } from '../en';
import { applications } from './applications';
import { common, errors, uri } from './common';
import { connectors } from './connectors';
import { guides } from './guides';
import { getStarted, shell, welcome } from './shell';

export const de: Phrases = { common, uri, errors, shell, welcome, getStarted, applications, connectors, guides };
