import type { ConnectorType } from '../../api/connectors';

export type ConnectorTab = 'social' | 'passwordless';

/** The tab of the list on which a type stands. */
export function tabOf(type: ConnectorType): ConnectorTab {
  return type === 'Social' ? 'social' : 'passwordless';
}
