import { expect, it } from 'vitest';
import { type Update, webhookBody } from './update.ts';

function status(name: string, profile: Record<string, unknown>): Update {
  return {
    seq: 1,
    app_id: '1',
    route: 'app',
    at: 1_795_744_800,
    waba_id: '2',
    phone_number_id: '3',
    display_phone_number: '15550783881',
    field: 'messages',
    part: 'statuses',
    contacts: [{ profile, user_id: 'US.1' }],
    element: { id: 'wamid.1', status: name },
    inbound_id: null,
  };
}

it('of a person who is told of several times, a post has what says most', () => {
  const body = webhookBody([
    status('sent', { name: 'Tess' }),
    status('delivered', { name: 'Tess', username: 'tess.k' }),
    status('sent', { name: 'Tess' }),
  ]);
  const { entry } = JSON.parse(body) as { entry: { changes: { value: { contacts: unknown } }[] }[] };
  expect(entry[0]?.changes[0]?.value.contacts).toEqual([
    { profile: { name: 'Tess', username: 'tess.k' }, user_id: 'US.1' },
  ]);
});
