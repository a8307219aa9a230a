import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { clockHealth, databaseCheck, diskCheck, Health, healthRoutes, type HealthReport } from './health.ts';
import { createHttpServer, type HttpServer } from './http.ts';
import { addReferenceRoutes } from './reference-routes.ts';
import { Metrics } from './metrics.ts';

let database: TestDatabase;
let server: HttpServer;
let health: Health;

beforeAll(async () => {
  database = await createTestDatabase();
  health = new Health();
  health.add('database', databaseCheck(database.connect({ role: 'carillon_worker' })), { isNeeded: true });
  health.add('disk', diskCheck(tmpdir()), { isNeeded: true });
  const metrics = new Metrics();
  server = await createHttpServer({
    authenticate: () => ({ workspaceId: 'w', keyId: 'k', scopes: new Set() }),
    onRequestEnd: (record) => metrics.observeRequest(record),
  });
  healthRoutes(server, health);
  addReferenceRoutes(server);
  metrics.addRoute(server, 'public');
  await server.ready();
});
afterAll(async () => {
  await server?.close();
  await database?.close();
});

async function ask(url: string): Promise<[number, HealthReport]> {
  const response = await server.inject({ url });
  return [response.statusCode, response.json()];
}

describe('the health of the server', () => {
  it('is ready when the database takes writes and the disk has room', async () => {
    const [status, report] = await ask('/health/ready');
    expect(report.parts['database']).toEqual({ state: 'ok', detail: 'It takes writes.' });
    expect(report.parts['disk']?.detail).toMatch(/% of the disk are free/);
    expect(status).toBe(report.parts['disk']?.state === 'down' ? 503 : 200);
  });

  it('is degraded, and still ready, while a provider is down', async () => {
    health.add('provider', () => ({ state: 'down', detail: 'It does not answer.' }));
    const [status, report] = await ask('/health');
    expect([status, report.status, report.parts['provider']?.state]).toEqual([200, 'degraded', 'down']);
    expect((await ask('/health/ready'))[1].parts).not.toHaveProperty('provider');
    health.remove('provider');
  });

  it('is not ready while a needed part is down, throws or does not answer, and still alive', async () => {
    health.add('broken', () => Promise.reject(new Error('password=1')), { isNeeded: true });
    health.add('silent', () => new Promise(() => {}), { isNeeded: true });
    const [status, report] = await ask('/health/ready');
    expect([status, report.status]).toEqual([503, 'down']);
    expect(report.parts).toMatchObject({
      broken: { state: 'down', detail: 'The check failed.' },
      silent: { state: 'down', detail: 'It did not answer in time.' },
    });
    expect(await ask('/health/live')).toEqual([200, { status: 'ok' }]);
    health.remove('broken');
    health.remove('silent');
  });

  it('is not ready when the database is read only', async () => {
    await using own = await createTestDatabase();
    const readOnly = own.connect({ role: 'carillon_worker' });
    await readOnly.query({ text: 'set default_transaction_read_only = on', values: [] });
    const check = databaseCheck({ ...readOnly, query: (statement) => readOnly.query(statement) });
    health.add('replica', check, { isNeeded: true });
    const [status, report] = await ask('/health/ready');
    expect([status, report.parts['replica']?.state]).toEqual([503, 'down']);
    health.remove('replica');
  });

  it('minds the clock: degraded beyond two seconds, down beyond thirty', () => {
    const before = Temporal.Instant.from('2026-01-01T00:00:00Z');
    const after = before.add({ milliseconds: 100 });
    const stateAt = (ms: number) => clockHealth(before, after, before.add({ milliseconds: ms })).state;
    expect([
      stateAt(50),
      stateAt(-1_900),
      stateAt(2_050),
      stateAt(-2_100),
      stateAt(2_200),
      stateAt(-31_000),
      stateAt(31_000),
    ]).toEqual(['ok', 'ok', 'ok', 'degraded', 'degraded', 'down', 'down']);
  });

  it('is off as soon as the server begins to close', async () => {
    health.close('The server is closing.');
    const [status, report] = await ask('/health/ready');
    expect([status, report.parts['server']?.detail]).toEqual([503, 'The server is closing.']);
  });
});

describe('the metrics', () => {
  it('count requests by the pattern of the address, never by its values', async () => {
    await server.inject({ url: '/problems/internal' });
    await server.inject({ url: '/v1/people/+15550001111' });
    const { body } = await server.inject({ url: '/metrics' });
    expect(body).toContain(
      'carillon_http_request_duration_seconds_count{method="GET",route="/problems/:code",status="200"} 1',
    );
    expect(body).toContain('carillon_http_requests_in_flight');
    expect(body).not.toContain('15550001111');
  });
});
