import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SignInExperience, SignInExperiencePatch } from 'api-client';
import { api } from './client';
import { unwrap } from './errors';

export type {
  AgreeToTermsPolicy,
  PasswordPolicy,
  SignInExperience,
  SignInIdentifier,
  SignInMethod,
  SignInMode,
  SignUp,
} from 'api-client';

const key = ['sign-in-experience'] as const;

/** How people sign up and sign in, and how the pages look. */
export function useSignInExperience() {
  return useQuery({ queryKey: key, queryFn: () => unwrap(api.GET('/api/sign-in-exp')) });
}

/** Changes the members that are given; each is replaced as a whole. */
export function useUpdateSignInExperience() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: SignInExperiencePatch) => unwrap(api.PATCH('/api/sign-in-exp', { body })),
    onSuccess: (saved) => queries.setQueryData<SignInExperience>(key, (old) => ({ ...old, ...saved })),
  });
}
