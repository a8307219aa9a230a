import { randomBytes } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { KeyRing } from '#platform/key-ring.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import { addWorkspace, openFirstWorkspace } from './accounts.ts';
import { rotateKeyEncryptionKey } from './key-rotation.ts';
import { Vault } from './vault.ts';

const database = await createTestDatabase();
afterAll(() => database.close());
const worker = database.connect({ role: 'carillon_worker' });
const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const key = { text: `ck_${randomBytes(16).toString('hex')}`, origin: 'environment' } as const;

it('F65: a key is changed while servers run that know both, and nothing that was stored is lost', async () => {
  const opened = await openFirstWorkspace(worker, { ring: new KeyRing([first]), key });
  const other = await worker.transaction((tx) => addWorkspace(tx, 'Other', first));
  const places = [opened.workspaceId, other].map((workspaceId) => ({
    workspaceId,
    table: 'connection',
    column: 'secrets',
    rowId: crypto.randomUUID(),
  }));
  const before = new Vault(new KeyRing([first, second]));
  const sealed = await Promise.all(places.map((place) => before.seal(worker, 'a token', place)));

  expect(await rotateKeyEncryptionKey(database.db, [first], second)).toBe(2);
  for (const ring of [new KeyRing([first, second]), new KeyRing([second])]) {
    const vault = new Vault(ring);
    for (const [index, place] of places.entries())
      expect((await vault.open(worker, sealed[index] as Buffer, place)).toString()).toBe('a token');
  }
  const again = await openFirstWorkspace(worker, { ring: new KeyRing([second]), key });
  expect(again.secret).toEqual(opened.secret);
  expect(await rotateKeyEncryptionKey(database.db, [first], second)).toBe(2);
});

it('a server that does not know the new key reads it anew before it gives up', async () => {
  const workspaceId = await worker.transaction((tx) => addWorkspace(tx, 'Late', second));
  const place = { workspaceId, table: 'connection', column: 'secrets', rowId: crypto.randomUUID() };
  const sealed = await new Vault(new KeyRing([second])).seal(worker, 'a token', place);
  await rotateKeyEncryptionKey(database.db, [second], third);
  const reloaded = new Vault(new KeyRing([second], () => Promise.resolve([second, third])));
  expect((await reloaded.open(worker, sealed, place)).toString()).toBe('a token');
});

it('F65: with a wrong key nothing is changed, and nobody starts', async () => {
  const wrapped = () => database.db.query(sql`select wrapped_key from workspace_key order by workspace_id`);
  const before = await wrapped();
  await expect(rotateKeyEncryptionKey(database.db, [first], randomBytes(32))).rejects.toThrow('another key');
  expect(await wrapped()).toEqual(before);
  await expect(openFirstWorkspace(worker, { ring: new KeyRing([first]), key })).rejects.toThrow('another key');
});
