import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { ConnectionsPage } from '#connections/connections-page.tsx';
import { DeadLettersPage } from '#dead-letters/dead-letters-page.tsx';
import { readFilters } from '#messages/filters.ts';
import { MessagesPage } from '#messages/messages-page.tsx';
import { Shell } from '#shell/shell.tsx';
import { NotFound } from '#shell/states.tsx';
import { TracePage } from '#trace/trace-page.tsx';
import { webhookStates, type WebhookState } from '#webhooks/webhook.ts';
import { WebhookPage } from '#webhooks/webhook-page.tsx';
import { WebhooksPage } from '#webhooks/webhooks-page.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/messages', replace: true });
  },
});

const messages = createRoute({
  getParentRoute: () => root,
  path: '/messages',
  validateSearch: readFilters,
  component: MessagesPage,
});

const message = createRoute({ getParentRoute: () => messages, path: '$messageId', component: TracePage });

const deadLetters = createRoute({
  getParentRoute: () => root,
  path: '/dead-letters',
  validateSearch: (search: Record<string, unknown>): { group?: string } =>
    typeof search['group'] === 'string' && search['group'] !== '' ? { group: search['group'] } : {},
  component: DeadLettersPage,
});

const webhooks = createRoute({
  getParentRoute: () => root,
  path: '/webhooks',
  validateSearch: (search: Record<string, unknown>): { state?: WebhookState } => {
    const state = webhookStates.find((each) => each === search['state']);
    return state ? { state } : {};
  },
  component: WebhooksPage,
});
const webhook = createRoute({ getParentRoute: () => root, path: '/webhooks/$webhookId', component: WebhookPage });
const connections = createRoute({ getParentRoute: () => root, path: '/connections', component: ConnectionsPage });

export const router = createRouter({
  routeTree: root.addChildren([start, messages.addChildren([message]), deadLetters, webhooks, webhook, connections]),
  basepath: '/console',
  defaultPreload: false,
  // Plain words in the address, as other programs and people write them: the router's own way would put JSON there.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const words = new URLSearchParams();
    for (const [name, value] of Object.entries(search))
      if (typeof value === 'string' && value !== '') words.set(name, value);
    return words.size > 0 ? `?${words}` : '';
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
