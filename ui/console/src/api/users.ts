import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { User, UserCreate, UserPatch } from 'api-client';
import { api } from './client';
import { unwrap, unwrapPage } from './errors';
import { containsPattern } from './search';

export type { User, UserCreate, UserIdentity, UserPatch, UserProfile } from 'api-client';

export interface UserFilter {
  page: number;
  pageSize: number;
  search: string;
}

const keys = {
  list: ['users', 'list'] as const,
  page: (filter: UserFilter) => ['users', 'list', filter] as const,
  one: (id: string) => ['users', 'one', id] as const,
};

/** One page of users, newest first; the previous page stays until the next one is there. */
export function useUsers(filter: UserFilter) {
  const search = filter.search.trim();
  return useQuery({
    queryKey: keys.page(filter),
    placeholderData: keepPreviousData,
    queryFn: () =>
      unwrapPage(
        api.GET('/api/users', {
          params: {
            query: {
              page: filter.page,
              page_size: filter.pageSize,
              ...(search && { search_params: { search: containsPattern(search) } }),
            },
          },
        }),
      ),
  });
}

/** One user. */
export function useUser(userId: string) {
  return useQuery({
    queryKey: keys.one(userId),
    queryFn: () => unwrap(api.GET('/api/users/{userId}', { params: { path: { userId } } })),
  });
}

/** Creates a user. */
export function useCreateUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: UserCreate) => unwrap(api.POST('/api/users', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.list }),
  });
}

/** Keeps what the server answered, and marks lists as stale. */
function useKeep(userId: string) {
  const queries = useQueryClient();
  return (saved: User) => {
    queries.setQueryData<User>(keys.one(userId), (old) => ({ ...old, ...saved }));
    return queries.invalidateQueries({ queryKey: keys.list });
  };
}

/** Changes a user; `customData` and `profile` are replaced as a whole. */
export function useUpdateUser(userId: string) {
  return useMutation({
    mutationFn: (body: UserPatch) => unwrap(api.PATCH('/api/users/{userId}', { params: { path: { userId } }, body })),
    onSuccess: useKeep(userId),
  });
}

/** Gives a user a new password. */
export function useSetPassword(userId: string) {
  return useMutation({
    mutationFn: (password: string) =>
      unwrap(api.PATCH('/api/users/{userId}/password', { params: { path: { userId } }, body: { password } })),
    onSuccess: useKeep(userId),
  });
}

/** Locks a user out, or lets them in again. */
export function useSuspendUser(userId: string) {
  return useMutation({
    mutationFn: (isSuspended: boolean) =>
      unwrap(api.PATCH('/api/users/{userId}/is-suspended', { params: { path: { userId } }, body: { isSuspended } })),
    onSuccess: useKeep(userId),
  });
}

/** Unlinks an account of an identity provider. */
export function useRemoveIdentity(userId: string) {
  return useMutation({
    mutationFn: (target: string) =>
      unwrap(api.DELETE('/api/users/{userId}/identities/{target}', { params: { path: { userId, target } } })),
    onSuccess: useKeep(userId),
  });
}

/** Deletes a user with everything that belongs to them. */
export function useDeleteUser(userId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/users/{userId}', { params: { path: { userId } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.list }),
  });
}
