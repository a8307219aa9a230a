import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigProblem, describeConfig, readConfig } from './config.ts';

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigProblem);
    return (error as ConfigProblem).problems;
  }
}

describe('the configuration', () => {
  it('needs nothing', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      sandboxPort: 4010,
      logLevel: 'info',
      databaseUrl: undefined,
    });
    expect(config.dataFolder).toBe(resolve('data'));
    expect(config.media).toEqual({ kind: 'folder', folder: resolve('data', 'media') });
  });

  it('keeps messages for good and webhooks for a month, unless told', () => {
    expect(readConfig({}).retentionDays).toEqual({ messages: undefined, webhooks: 30 });
    const told = { CARILLON_RETENTION_MESSAGES_DAYS: '400', CARILLON_RETENTION_WEBHOOKS_DAYS: 'off' };
    expect(readConfig(told).retentionDays).toEqual({ messages: 400, webhooks: undefined });
  });

  it('lists everything that is wrong at once, without the values', () => {
    const problems = problemsOf({
      CARILLON_PORT: '70000',
      CARILLON_SANDBOX_PORT: 'none',
      CARILLON_API_KEY: 'short-secret',
      CARILLON_PUBLIC_URL: 'ftp://secret',
      DATABASE_URL: 'mysql://u:secret@h/d',
      CARILLON_LOG: 'loud',
      CARILLON_SECRET_KEY: 'secret',
      CARILLON_MEDIA: 's3://bucket-without-secret',
      CARILLON_RETENTION_MESSAGES_DAYS: '30',
      CARILLON_RETENTION_WEBHOOKS_DAYS: 'never',
      CARILLON_FAILPOINTS: 'x=kill',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'CARILLON_PORT',
      'CARILLON_SANDBOX_PORT',
      'CARILLON_API_KEY',
      'CARILLON_PUBLIC_URL',
      'DATABASE_URL',
      'CARILLON_LOG',
      'CARILLON_SECRET_KEY',
      'CARILLON_FAILPOINTS',
      'CARILLON_MEDIA',
      'CARILLON_RETENTION_MESSAGES_DAYS',
      'CARILLON_RETENTION_WEBHOOKS_DAYS',
    ]);
    expect(problems.join()).not.toContain('secret@');
    expect(problems.join()).not.toContain('short-secret');
  });

  it('notices a variable that was misspelt', () => {
    expect(problemsOf({ CARILLON_PROT: '1' })).toEqual([
      'CARILLON_PROT is not a variable of Carillon; did you mean CARILLON_PORT.',
    ]);
    expect(problemsOf({ CARILLON_COLOUR_OF_THE_BIKE_SHED: '1' })[0]).toContain('--help lists them');
  });

  it('never prints a secret', () => {
    const config = readConfig({
      CARILLON_API_KEY: 'hidden-value-12345',
      DATABASE_URL: 'postgres://u:hidden-value@h/d',
      CARILLON_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      CARILLON_MEDIA: 's3://AKID:hidden-value@pictures/a/b/?endpoint=http://127.0.0.1:9000&region=eu-1',
    });
    for (const text of [
      JSON.stringify(config),
      inspect(config, { depth: 9 }),
      String(config.apiKey),
      String(config.databaseUrl),
    ]) {
      expect(text).not.toContain('hidden-value');
    }
    expect(config.databaseUrl?.reveal()).toContain('hidden-value');
    expect(config.secretKey?.reveal()).toEqual(Buffer.alloc(32, 7));
    expect(config.media).toMatchObject({
      kind: 's3',
      bucket: 'pictures',
      prefix: 'a/b',
      region: 'eu-1',
      endpoint: 'http://127.0.0.1:9000',
    });
  });

  it('takes failpoints in tests only', () => {
    expect(readConfig({ NODE_ENV: 'test', CARILLON_FAILPOINTS: 'a=kill' }).failpoints).toBe('a=kill');
    expect(problemsOf({ NODE_ENV: 'production', CARILLON_FAILPOINTS: 'a=kill' })).toHaveLength(1);
  });

  it('refuses two servers on one port, and lets 0 pick free ones', () => {
    expect(problemsOf({ CARILLON_PORT: '4010' })).toHaveLength(1);
    expect(readConfig({ CARILLON_PORT: '0', CARILLON_SANDBOX_PORT: '0' })).toMatchObject({ port: 0, sandboxPort: 0 });
    expect(readConfig({ CARILLON_PORT: '4010', CARILLON_SANDBOX_PORT: 'off' })).toMatchObject({ sandboxPort: 'off' });
  });

  it('passes a scenario on to the sandbox, and wants the sandbox for it', () => {
    expect(readConfig({ CARILLON_SANDBOX_SCENARIO: 'lively-phones' }).sandboxScenario).toBe('lively-phones');
    expect(problemsOf({ CARILLON_SANDBOX_SCENARIO: 'lively-phones', CARILLON_SANDBOX_PORT: 'off' })).toHaveLength(1);
  });

  it('describes every variable that it reads', () => {
    for (const name of [
      'CARILLON_PORT',
      'CARILLON_DATA',
      'CARILLON_SANDBOX_PORT',
      'CARILLON_API_KEY',
      'DATABASE_URL',
    ]) {
      expect(describeConfig()).toContain(name);
    }
  });
});
