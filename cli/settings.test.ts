import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findApiKey, serverUrl, UsageProblem } from './settings.ts';

describe('the address of the server', () => {
  it.each([
    [undefined, {}, 'http://127.0.0.1:4000'],
    [undefined, { CARILLON_PORT: '4100' }, 'http://127.0.0.1:4100'],
    [undefined, { CARILLON_PORT: '4100', CARILLON_HOST: '0.0.0.0' }, 'http://127.0.0.1:4100'],
    [undefined, { CARILLON_HOST: '::1' }, 'http://[::1]:4000'],
    [undefined, { CARILLON_URL: 'https://chat.example.com/', CARILLON_PORT: '1' }, 'https://chat.example.com'],
    [
      'https://other.example.com/carillon/',
      { CARILLON_URL: 'https://chat.example.com' },
      'https://other.example.com/carillon',
    ],
    [undefined, { CARILLON_URL: '' }, 'http://127.0.0.1:4000'],
  ])('%s with %o is %s', (told, env, expected) => {
    expect(serverUrl(told, env)).toBe(expected);
  });

  it.each(['nonsense', 'ftp://example.com', 'http://user:word@example.com', 'http://example.com/?a=b'])(
    'is refused: %s',
    (text) => {
      expect(() => serverUrl(text, {})).toThrow(UsageProblem);
    },
  );

  it('cannot be guessed when the port is free to choose', () => {
    expect(() => serverUrl(undefined, { CARILLON_PORT: '0' })).toThrow('--url');
  });
});

describe('the API key', () => {
  let folder: string;
  const here = 'http://127.0.0.1:4000';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'carillon-cli-'));
    writeFileSync(join(folder, 'api-key'), 'ck_live_file\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the one that was told, then the environment, then the data folder', () => {
    const env = { CARILLON_DATA: folder };
    expect(findApiKey('ck_told', { ...env, CARILLON_API_KEY: 'ck_env' }, here)?.key).toBe('ck_told');
    expect(findApiKey(undefined, { ...env, CARILLON_API_KEY: 'ck_env' }, here)?.key).toBe('ck_env');
    expect(findApiKey(undefined, env, here)).toEqual({ key: 'ck_live_file', source: join(folder, 'api-key') });
  });

  it("of this machine's server is not shown to another machine", () => {
    expect(findApiKey(undefined, { CARILLON_DATA: folder }, 'https://chat.example.com')).toBeUndefined();
    expect(findApiKey(undefined, { CARILLON_DATA: folder }, 'http://127.0.0.1.example.com')).toBeUndefined();
  });

  it('may be absent', () => {
    expect(findApiKey(undefined, { CARILLON_DATA: join(folder, 'none') }, here)).toBeUndefined();
  });
});
