import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Application, ApplicationCreate, ApplicationPatch, ApplicationSecretCreate } from 'api-client';
import { api } from './client';
import { unwrap, unwrapPage } from './errors';
import { containsPattern } from './search';

export type {
  Application,
  ApplicationPatch,
  ApplicationSecret,
  ApplicationType,
  CustomClientMetadata,
  OidcClientMetadata,
} from 'api-client';

export interface ApplicationFilter {
  page: number;
  pageSize: number;
  search: string;
  isThirdParty: boolean;
}

const keys = {
  all: ['applications'] as const,
  list: (filter: ApplicationFilter) => ['applications', 'list', filter] as const,
  one: (id: string) => ['applications', 'one', id] as const,
  secrets: (id: string) => ['applications', 'one', id, 'secrets'] as const,
};

/** One page of applications; the previous page stays until the next one is there. */
export function useApplications(filter: ApplicationFilter) {
  const search = filter.search.trim();
  return useQuery({
    queryKey: keys.list(filter),
    placeholderData: keepPreviousData,
    queryFn: () =>
      unwrapPage(
        api.GET('/api/applications', {
          params: {
            query: {
              page: filter.page,
              page_size: filter.pageSize,
              isThirdParty: filter.isThirdParty,
              ...(search && { search_params: { search: containsPattern(search) } }),
            },
          },
        }),
      ),
  });
}

/** One application. */
export function useApplication(id: string) {
  return useQuery({
    queryKey: keys.one(id),
    queryFn: () => unwrap(api.GET('/api/applications/{id}', { params: { path: { id } } })),
  });
}

/** Creates an application. */
export function useCreateApplication() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ApplicationCreate) => unwrap(api.POST('/api/applications', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.all }),
  });
}

/** Changes an application; JSON columns such as `oidcClientMetadata` are replaced as a whole. */
export function useUpdateApplication(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ApplicationPatch) =>
      unwrap(api.PATCH('/api/applications/{id}', { params: { path: { id } }, body })),
    onSuccess: (saved) => {
      queries.setQueryData<Application>(keys.one(id), (old) => ({ ...old, ...saved }));
      return queries.invalidateQueries({ queryKey: ['applications', 'list'] });
    },
  });
}

/** Deletes an application with its secrets. */
export function useDeleteApplication(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/applications/{id}', { params: { path: { id } } })),
    // Marked stale only: asking again for what was just deleted would answer 404.
    onSuccess: () => queries.invalidateQueries({ queryKey: ['applications', 'list'] }),
  });
}

/** Secrets of an application, oldest first. */
export function useSecrets(id: string, enabled = true) {
  return useQuery({
    queryKey: keys.secrets(id),
    enabled,
    queryFn: () => unwrap(api.GET('/api/applications/{id}/secrets', { params: { path: { id } } })),
  });
}

/** Adds a secret. */
export function useCreateSecret(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ApplicationSecretCreate) =>
      unwrap(api.POST('/api/applications/{id}/secrets', { params: { path: { id } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.secrets(id) }),
  });
}

/** Deletes a secret; whoever still uses it is locked out. */
export function useDeleteSecret(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      unwrap(api.DELETE('/api/applications/{id}/secrets/{name}', { params: { path: { id, name } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.secrets(id) }),
  });
}
