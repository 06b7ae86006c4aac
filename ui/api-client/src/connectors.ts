import type { ById, JsonObject, Operation } from './operation';

export type ConnectorType = 'Email' | 'Sms' | 'Social';
export type ConnectorPlatform = 'Native' | 'Universal' | 'Web';

/** A text by language tag; `en` is always there. */
export type Localized = { en: string } & Record<string, string>;

export interface ConnectorFormItem {
  key: string;
  type: 'Text' | 'Number' | 'MultilineText' | 'Switch' | 'Select' | 'MultiSelect' | 'Json';
  label: string;
  required?: boolean;
  placeholder?: string;
  defaultValue?: unknown;
  selectItems?: { value: string; title?: string }[];
  /** All of them have to hold for the field to show; without an expected value, any value will do. */
  showConditions?: { targetKey: string; expectValue?: unknown }[];
  description?: string;
  tooltip?: string;
  isConfidential?: boolean;
}

/** What a factory says about its connectors; an existing connector repeats it. */
interface ConnectorDescription {
  type: ConnectorType;
  target: string;
  platform: ConnectorPlatform | null;
  name: Localized;
  description: Localized;
  logo: string;
  logoDark: string | null;
  readme: string;
  configTemplate?: string;
  formItems?: ConnectorFormItem[];
  isDemo?: boolean;
  isStandard?: boolean;
  isTokenStorageSupported?: boolean;
}

export interface ConnectorFactory extends ConnectorDescription {
  id: string;
}

export interface ConnectorMetadata {
  target?: string;
  name?: Localized;
  logo?: string;
  logoDark?: string | null;
}

export interface Connector extends ConnectorDescription {
  id: string;
  /** The factory it was made by. */
  connectorId: string;
  config: JsonObject;
  metadata: ConnectorMetadata;
  syncProfile: boolean;
  enableTokenStorage: boolean;
}

export interface ConnectorCreate {
  id?: string;
  connectorId: string;
  config: JsonObject;
  metadata?: ConnectorMetadata;
  syncProfile?: boolean;
}

export type ConnectorPatch = Partial<Pick<Connector, 'config' | 'metadata' | 'syncProfile'>>;

export interface ConnectorPaths {
  '/api/connector-factories': { get: Operation<ConnectorFactory[]> };
  '/api/connector-factories/{id}': { get: Operation<ConnectorFactory, ById> };
  '/api/connectors': {
    get: Operation<Connector[], { query?: { target?: string } }>;
    post: Operation<Connector, object, ConnectorCreate>;
  };
  '/api/connectors/{id}': {
    get: Operation<Connector, ById>;
    patch: Operation<Connector, ById, ConnectorPatch>;
    delete: Operation<never, ById, never, 204>;
  };
}
