import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './errors';

type Listener = () => void;

let sessionEnded = false;
const listeners = new Set<Listener>();

/** Whether the server refused our token; pages cannot go on until the reader signs in again. */
export const sessionState = {
  hasEnded: () => sessionEnded,
  subscribe(listener: Listener) {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
};

function noticeEndOfSession(error: Error): void {
  if (!(error instanceof ApiError) || error.status !== 401) return;
  sessionEnded = true;
  for (const listener of listeners) listener();
}

const mostRetries = 2;

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEndOfSession }),
  mutationCache: new MutationCache({ onError: noticeEndOfSession }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // An answer of the server is final; only a server that could not be reached is asked again.
      retry: (failures, error) => !(error instanceof ApiError) && failures < mostRetries,
    },
  },
});
