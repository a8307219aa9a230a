import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { LinkedNumber } from '#sandbox/testing/linked-number.ts';
import { SandboxUser } from '#sandbox/testing/sandbox-user.ts';

// The client of UltraMsg itself, unmodified, in a process of its own whose requests for the fixed host lead here.

const folder = join(import.meta.dirname, 'real-clients');

interface Printed {
  methods: string[];
  answers: [method: string, answer: unknown][];
  stranger: unknown;
}

it('every method of the client gets the answer that it expects, and each send is in the ledger', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', join(folder, 'ultramsg-preload.ts'), join(folder, 'ultramsg-calls.ts')],
    {
      env: {
        PATH: process.env['PATH'],
        ULTRAMSG_BASE_URL: `${user.address}/ultramsg`,
        ULTRAMSG_INSTANCE: number.id.replace('instance', ''),
        ULTRAMSG_TOKEN: number.token,
        ULTRAMSG_WEBHOOK_URL: number.webhookUrl,
      },
    },
  );
  const { methods, answers, stranger } = JSON.parse(stdout) as Printed;

  const own = new Set(['constructor', 'sendRequest', 'queryParams']);
  expect(new Set(answers.map(([method]) => method))).toEqual(new Set(methods.filter((method) => !own.has(method))));
  const sent = (id: number) => ({ sent: 'true', message: 'ok', id });
  const done = { success: 'done' };
  const text = expect.any(String) as string;
  const expected: unknown[] = [
    { status: { accountStatus: { status: 'authenticated', substatus: 'connected' } } },
    { id: `${number.phone}@c.us`, name: text },
    done,
    { sendDelay: 1, webhook_url: number.webhookUrl, webhook_message_ack: 'on', webhook_message_reaction: 'off' },
    ...Array.from({ length: 11 }, (_, index) => sent(index + 1)),
    { total: 1, messages: [{ id: 11, to: '15550000000@c.us', status: 'invalid' }] },
    { total: 1, messages: [{ id: 1, referenceId: 'job-1', body: 'Hello 😀', priority: 5, type: 'chat' }] },
    { messages_statistics: { sent: 10, queue: 0, unsent: 0, invalid: 1, expired: 0 } },
    done,
    done,
    done,
    [{ id: '15550001111@c.us', unread: 0 }],
    [{ type: 'location' }, { type: 'vcard' }],
    [{ id: '15550001111@c.us' }],
    { id: '15550001111@c.us', isBlocked: false },
    done,
    ['15550001111@c.us'],
    done,
    { status: 'valid', chatId: '15550001111@c.us' },
    done,
    done,
    { screenshot: expect.stringMatching(/^data:image\/png;base64,/) as string },
    done,
    expect.stringMatching(/^data:image\/png;base64,iVBOR/) as string,
    { qrCode: text },
    done,
  ];
  expect(answers.map(([, answer]) => answer)).toMatchObject(expected);
  expect(stranger).toEqual({ error: 'instance not found or pending please check you instance id' });

  const ledger = await user.ledger();
  const sends = 'chat image document audio voice video link contact location vcard chat resend'.split(' ');
  expect(ledger.map(({ type, outcome }) => [type, outcome])).toEqual(sends.map((type) => [type, 'accepted']));
  // What was told follows each message to the phone.
  await vi.waitFor(() => expect(number.acksOf(1)).toEqual(['server', 'device']), { timeout: 20_000 });
});
