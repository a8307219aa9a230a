import { describe, expect, it } from 'vitest';
import { adapters } from '#channels/providers.ts';
import { presentError } from './present.ts';

const row = adapters.get('whatsapp-cloud')?.errors.find(({ code }) => code === '131047');

describe('the error of a message', () => {
  it('has the words of the provider, what to do, and what to tell whoever wrote the message', () => {
    if (!row) throw new Error('The table has no row for 131047.');
    expect(presentError({ error: { code: '131047', title: 'Re-engagement message' }, row })).toEqual({
      code: '131047',
      title: 'Re-engagement message',
      details: null,
      advice: row.advice,
      tell: row.tell,
    });
  });

  it('of a row that was kept before there was anything to tell has nothing to tell', () => {
    if (!row) throw new Error('The table has no row for 131047.');
    const { tell: _, ...older } = row;
    expect(presentError({ error: { code: '131047', title: 'x', details: 'y' }, row: older })).toMatchObject({
      details: 'y',
      advice: row.advice,
      tell: null,
    });
    expect(presentError({ error: { code: '1', title: 'x' } })).toMatchObject({ advice: null, tell: null });
  });
});
