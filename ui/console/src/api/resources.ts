import { useMutation, useQuery } from '@tanstack/react-query';
import type { ResourceCreate } from 'api-client';
import { api } from './client';
import { unwrap } from './errors';

/** One API resource. */
export function useResource(id: string) {
  return useQuery({
    queryKey: ['resources', 'one', id],
    queryFn: () => unwrap(api.GET('/api/resources/{id}', { params: { path: { id } } })),
  });
}

/** Creates an API resource. */
export function useCreateResource() {
  return useMutation({
    mutationFn: (body: ResourceCreate) => unwrap(api.POST('/api/resources', { body })),
  });
}
