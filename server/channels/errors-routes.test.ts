import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '#platform/fault.ts';
import { createHttpServer, type HttpServer } from '#platform/http.ts';
import { errorsRoutes } from './errors-routes.ts';
import { adapters } from './providers.ts';

let server: HttpServer;
beforeAll(async () => {
  server = await createHttpServer({
    authenticate: (request) => {
      if (request.headers.authorization !== 'Bearer right') throw new Fault('unauthorized');
      return { workspaceId: 'w1', keyId: 'k1', scopes: new Set<string>() };
    },
  });
  errorsRoutes(server);
});
afterAll(() => server.close());

const get = (query: string, authorization = 'Bearer right') =>
  server.inject({ url: `/v1/reference/errors${query}`, headers: { authorization } });

describe('what the errors of providers mean', () => {
  it('is the table that messages are decided by, whole', async () => {
    const answer = await get('');
    expect(answer.statusCode).toBe(200);
    const { data } = answer.json<{ data: { code: string; tell: string; reaction: string }[] }>();
    const tables = [...adapters.values()].flatMap(({ errors }) => errors);
    expect(data.map(({ code, tell, reaction }) => [code, reaction, tell])).toEqual(
      tables.map(({ code, tell, reaction }) => [code, reaction, tell]),
    );
  });

  it('is found by code, reaction and remedy', async () => {
    const one = (await get('?provider=whatsapp-cloud&code=131056')).json<{ data: unknown[] }>();
    expect(one.data).toEqual([
      expect.objectContaining({
        provider: 'whatsapp-cloud',
        code: '131056',
        shows: 'both',
        reaction: 'retry_pair',
        delay_seconds: 1,
        backoff_factor: 4,
        remedy: 'wait',
        reroute: null,
        pages: false,
        suppress: null,
        subcode_of: null,
      }),
    ]);
    const pauses = (await get('?reaction=pause_sender&remedy=account')).json<{ data: { reaction: string }[] }>();
    expect(new Set(pauses.data.map(({ reaction }) => reaction))).toEqual(new Set(['pause_sender']));
    expect((await get('?code=nothing')).json()).toEqual({ data: [] });
  });

  it('is for those who have a key, and a filter that does not exist is refused', async () => {
    expect((await get('', 'Bearer wrong')).statusCode).toBe(401);
    expect((await get('?reaction=explode')).statusCode).toBe(422);
    expect((await get('?colour=red')).statusCode).toBe(422);
  });
});
