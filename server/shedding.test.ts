import { expect, it } from 'vitest';
import type { HttpServer } from '#platform/http.ts';
import type { ShedClass } from '#platform/pressure.ts';
import { withComposedServer } from './openapi-document.ts';

/**
 * When each route gives way under load, in words of its own: a route that is not listed here is a page or a list of the
 * console. Whoever adds a route decides, and says so here.
 */
const decided: Record<Exclude<ShedClass, 'ui'>, string[]> = {
  export: [],
  import: [],
  // Many at once. Single messages of marketing, and batches with some, join these once their purpose was read.
  campaign: ['POST /v1/dead-letters/redrive'],
  flow: [],
  // What a program needs that sends messages and answers customers.
  api: [
    'PATCH /v1/contacts/:id',
    'PUT /v1/contacts/:id/suppressions/:kind',
    'DELETE /v1/contacts/:id/suppressions/:kind',
    'GET /v1/messages/:id',
    'POST /v1/messages/:id/cancel',
    'POST /v1/messages/:id/read',
    'POST /v1/uploads',
    'POST /graph/:id/media',
    'POST /graph/:version/:id/media',
  ],
  // As long as the purpose is not read, it may be a one-time code.
  authentication: [
    'POST /v1/messages',
    'POST /v1/messages/batch',
    'POST /graph/:id/messages',
    'POST /graph/:id/marketing_messages',
    'POST /graph/:version/:id/messages',
    'POST /graph/:version/:id/marketing_messages',
  ],
  ingress: [
    'GET /webhooks/:provider/:connectionId',
    'POST /webhooks/:provider/:connectionId',
    'POST /webhooks/:provider/:connectionId/:key',
    'POST /webhooks/whatsapp-cloud/:connectionId/data-deletion',
    'POST /u/:token',
  ],
  // To look whether it lives, to stop something, and to let it go on.
  never: [
    'GET /health/live',
    'GET /health/ready',
    'GET /health',
    'GET /metrics',
    'DELETE /v1/api-keys/:id',
    'POST /v1/senders/:id/pause',
    'POST /v1/senders/:id/resume',
    'POST /v1/senders/:id/lanes/:lane/stop',
    'POST /v1/senders/:id/lanes/:lane/resume',
    'POST /v1/connections/:id/pause',
    'POST /v1/connections/:id/resume',
    'POST /v1/connections/:id/breaker',
    'GET /v1/stops',
    'PUT /v1/stops/:scope',
    'DELETE /v1/stops/:scope',
  ],
};

/** From the first to give way to the last. */
const order = ['export', 'import', 'campaign', 'flow', 'ui', 'api', 'authentication', 'ingress'] as const;

interface Asked {
  route: string;
  shed: string;
  status: number;
  retryAfter: string;
  code: unknown;
}

function routesOf(server: HttpServer) {
  return server.routeTable.shedClasses().map(({ method, url, kind, shed }) => ({
    method,
    url: url.replace(/:version\(.*?\$\)/, ':version'),
    kind,
    shed: shed ?? '',
  }));
}

/** Asks for every route while so many requests are under way. Whoever is let in has no credential and gets no further. */
async function askEverything(server: HttpServer, inFlight: number): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (let n = 0; n < inFlight; n += 1) server.pressure.enter();
  for (const { method, url, shed } of routesOf(server)) {
    const path = url.replace(':version', 'v23.0').replaceAll(/:\w+/g, 'x').replace('*', 'x');
    const answer = await server.inject({ method: method as 'GET', url: path });
    const { code } = answer.statusCode === 503 ? answer.json<{ code?: unknown }>() : { code: undefined };
    const retryAfter = String(answer.headers['retry-after']);
    asked.push({ route: `${method} ${url}`, shed, status: answer.statusCode, retryAfter, code });
  }
  for (let n = 0; n < inFlight; n += 1) server.pressure.leave();
  return asked;
}

it('every route has a class that somebody thought about', async () => {
  await withComposedServer(async (server) => {
    const routes = routesOf(server);
    expect(routes.length).toBeGreaterThan(100);
    const found = Object.fromEntries(Object.keys(decided).map((shed) => [shed, [] as string[]]));
    for (const { method, url, shed } of routes) if (shed !== 'ui') found[shed]?.push(`${method} ${url}`);
    const sorted = (lists: Record<string, string[]>) =>
      Object.fromEntries(Object.entries(lists).map(([shed, list]) => [shed, list.toSorted()]));
    expect(sorted(found)).toEqual(sorted(decided));
    // What a provider calls comes back later and in a heap.
    for (const { kind, shed } of routes) if (kind === 'webhook') expect(shed).toBe('ingress');
  });
});

it('under load each route is refused in the order of the classes, with 503 and Retry-After and never with a 2xx', async () => {
  await withComposedServer(async (server) => {
    // Of 2,000: between the shares of two classes each.
    for (const [inFlight, last] of [
      [1_500, 'ui'],
      [1_700, 'api'],
      [1_900, 'authentication'],
      [2_000, 'ingress'],
    ] as const) {
      const mustGo: readonly string[] = order.slice(0, order.indexOf(last) + 1);
      const refused = (await askEverything(server, inFlight)).filter(({ shed }) => mustGo.includes(shed));
      expect(refused.length).toBeGreaterThan(60);
      for (const { route, status, retryAfter } of refused)
        expect([route, status, retryAfter]).toEqual([route, 503, expect.stringMatching(/^[1-9]\d*$/)]);
    }
  });
});

it('what is never refused, and what is not due yet, gets through', async () => {
  await withComposedServer(async (server) => {
    const asked = await askEverything(server, 2_500);
    const through = asked.filter(({ shed }) => shed === 'never');
    expect(through).toHaveLength(decided.never.length);
    for (const { route, code } of through) expect([route, code]).not.toEqual([route, 'overloaded']);
    const sends = (await askEverything(server, 1_700)).filter(({ shed }) => shed === 'authentication');
    expect(sends).toHaveLength(decided.authentication.length);
    for (const { route, status } of sends) expect([route, status]).toEqual([route, 401]);
  });
});
