import '@mantine/core/styles.css';
import '@carillon/message-view/message-view.css';
// In this order: what is special comes after what is general.
import '#shell/shell.css';
import '#messages/messages.css';
import '#trace/trace.css';
import '#shell/cards.css';
import '#connections/connections.css';
import { MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { hasStatus } from './api.ts';
import { router } from './router.tsx';
import { sessionKey } from '#session/session.ts';
import { theme } from './theme.ts';

// A session ends after some hours, or when its key is revoked: then the door is shown, wherever one was.
const onError = (error: Error): void => {
  if (hasStatus(error, 401)) queries.setQueryData(sessionKey, null);
};

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // The client tries again what may be tried again.
      retry: false,
    },
  },
});

const root = document.querySelector('#console');
if (!root) throw new Error('The page has no place for the console.');

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
