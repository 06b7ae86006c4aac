import type { Connector, ConnectorFactory, ConnectorMetadata, Localized } from '../../api/connectors';

/** The part of the form that every standard connector has, whatever the provider. */
export interface GeneralValues {
  name: string;
  logo: string;
  logoDark: string;
  target: string;
  syncProfile: boolean;
}

/** A text of the server in the reader's language. */
export function localized(text: Localized, language: string): string {
  const found = text[language] ?? text.en;
  return typeof found === 'string' ? found : '';
}

/** A new connector starts with the factory's name, unless one like it exists already. */
export function newGeneralValues(factory: ConnectorFactory, existing: Pick<Connector, 'target'>[]): GeneralValues {
  const isTaken = existing.some(({ target }) => target === factory.target);
  return {
    name: isTaken ? '' : localized(factory.name, 'en'),
    logo: '',
    logoDark: '',
    target: isTaken ? '' : factory.target,
    syncProfile: false,
  };
}

export function generalValuesOf({ metadata, name, target, syncProfile }: Connector): GeneralValues {
  return {
    name: localized(metadata.name ?? name, 'en'),
    logo: metadata.logo ?? '',
    logoDark: metadata.logoDark ?? '',
    target: metadata.target ?? target,
    syncProfile,
  };
}

/** What is sent of it; names in other languages are kept. */
export function toMetadata(values: GeneralValues, existing: ConnectorMetadata = {}): ConnectorMetadata {
  const logo = values.logo.trim();
  const logoDark = values.logoDark.trim();
  return {
    target: values.target.trim(),
    name: { ...existing.name, en: values.name.trim() },
    ...(logo && { logo }),
    ...(logoDark && { logoDark }),
  };
}

/** The identity provider name that follows from a display name. */
export function suggestTarget(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}

export function isTarget(text: string): boolean {
  return /^[\w-]{1,64}$/.test(text.trim());
}

/** An address of a picture: HTTPS, a loopback page, or a picture inside the address. */
export function isPictureUrl(text: string): boolean {
  return text.trim() === '' || (/^(https?:\/\/|data:image\/)/i.test(text.trim()) && URL.canParse(text.trim()));
}

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';
const idLength = 12;

/** An ID for a connector that is still to be made, so that its callback address is known before. */
export function newConnectorId(): string {
  let id = '';
  // Bytes at and above the largest multiple would favour the first letters.
  const limit = 256 - (256 % alphabet.length);
  while (id.length < idLength) {
    for (const byte of crypto.getRandomValues(new Uint8Array(idLength))) {
      if (byte < limit && id.length < idLength) id += alphabet[byte % alphabet.length];
    }
  }
  return id;
}
