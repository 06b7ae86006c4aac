import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Connector, ConnectorCreate, ConnectorPatch } from 'api-client';
import { api } from './client';
import { unwrap } from './errors';

export type {
  Connector,
  ConnectorCreate,
  ConnectorFactory,
  ConnectorFormItem,
  ConnectorMetadata,
  ConnectorPatch,
  ConnectorType,
  Localized,
} from 'api-client';

const keys = {
  all: ['connectors'] as const,
  list: ['connectors', 'list'] as const,
  one: (id: string) => ['connectors', 'one', id] as const,
  factories: ['connector-factories'] as const,
};

/** The kinds of connector that this server offers. They change only with its version. */
export function useConnectorFactories() {
  return useQuery({
    queryKey: keys.factories,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const factories = await unwrap(api.GET('/api/connector-factories'));
      return factories.filter(({ isDemo }) => isDemo !== true);
    },
  });
}

/** All connectors. */
export function useConnectors() {
  return useQuery({ queryKey: keys.list, queryFn: () => unwrap(api.GET('/api/connectors')) });
}

/** One connector with its settings. */
export function useConnector(id: string) {
  return useQuery({
    queryKey: keys.one(id),
    queryFn: () => unwrap(api.GET('/api/connectors/{id}', { params: { path: { id } } })),
  });
}

/** Creates a connector. */
export function useCreateConnector() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ConnectorCreate) => unwrap(api.POST('/api/connectors', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.all }),
  });
}

/** Changes a connector; `config` and `metadata` are replaced as a whole. */
export function useUpdateConnector(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ConnectorPatch) =>
      unwrap(api.PATCH('/api/connectors/{id}', { params: { path: { id } }, body })),
    onSuccess: (saved) => {
      queries.setQueryData<Connector>(keys.one(id), (old) => ({ ...old, ...saved }));
      return queries.invalidateQueries({ queryKey: keys.list });
    },
  });
}

/** Deletes a connector; the sign-in page no longer offers it. */
export function useDeleteConnector(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/connectors/{id}', { params: { path: { id } } })),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.list }),
        queries.invalidateQueries({ queryKey: ['sign-in-experience'] }),
      ]),
  });
}
