import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
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

  it('is not ready from when a write found the disk of the database full until one would not', async () => {
    await using own = await createTestDatabase();
    const [worker, request] = [own.connect({ role: 'carillon_worker' }), own.connect({ role: 'carillon_request' })];
    const outOfRoom = {
      text: `do $$ begin raise 'could not extend file' using errcode = 'disk_full'; end $$`,
      values: [],
    };
    let isFull = false;
    // The place of a disk: the statement that needs room fails as it would there.
    const onFullDisk: Database = {
      ...worker,
      transaction: (work) =>
        worker.transaction((tx) => work({ query: (statement) => tx.query(isFull ? outOfRoom : statement) })),
    };
    const check = databaseCheck(onFullDisk, request);
    isFull = true;
    expect(await check(), 'nothing is asked while nothing failed').toMatchObject({ state: 'ok' });
    await expect(request.query(outOfRoom)).rejects.toMatchObject({ code: '53100' });
    health.add('full', check, { isNeeded: true });
    const [status, report] = await ask('/health/ready');
    expect([status, report.parts['full']?.detail]).toEqual([503, 'The disk of the database is full.']);
    health.remove('full');
    expect(await check()).toMatchObject({ state: 'down' });
    isFull = false;
    expect(await check()).toMatchObject({ state: 'ok' });
    isFull = true;
    expect(await check(), 'it had room, and nothing failed since').toMatchObject({ state: 'ok' });
  });

  it('the probe for room writes a file', async () => {
    await using own = await createTestDatabase();
    const worker = own.connect({ role: 'carillon_worker', maxConnections: 1 });
    await expect(
      worker.query({ text: `do $$ begin raise 'x' using errcode = 'disk_full'; end $$`, values: [] }),
    ).rejects.toThrow();
    const written = async () => {
      await worker.query({ text: 'select pg_stat_force_next_flush()', values: [] });
      const [row] = await own.db.query<{ bytes: number }>({
        text: 'select temp_bytes as bytes from pg_stat_database where datname = current_database()',
        values: [],
      });
      return row?.bytes ?? 0;
    };
    const before = await written();
    expect(await databaseCheck(worker)()).toMatchObject({ state: 'ok' });
    await expect.poll(written).toBeGreaterThan(before + 100_000);
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
