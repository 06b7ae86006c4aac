import type { Phrases } from '../en';
import { en } from '../en';
export const de: Phrases = en;
