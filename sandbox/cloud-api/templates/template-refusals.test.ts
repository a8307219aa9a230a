import { expect, it } from 'vitest';
import { SandboxUser, errorOf } from '#testing/sandbox-user.ts';

const body = { type: 'BODY', text: 'Thank you for coming by today.' };
const create = (user: SandboxUser, definition: Record<string, unknown>) =>
  user.graph('POST', `/${user.account.waba_id}/message_templates`, {
    name: 'thanks',
    language: 'en_US',
    category: 'UTILITY',
    components: [body],
    ...definition,
  });

it.each([
  ['no name', { name: undefined }],
  ['no language', { language: undefined }],
  ['no components', { components: undefined }],
  ['an empty list of components', { components: [] }],
  [
    'eleven buttons',
    { components: [body, { type: 'BUTTONS', buttons: Array(11).fill({ type: 'QUICK_REPLY', text: 'A' }) }] },
  ],
  ['an unknown library template', { library_template_name: 7 }],
])('a template with %s gets 100, not a code of messages', async (_what, definition) => {
  await using user = await SandboxUser.start();
  expect(errorOf(await create(user, definition))).toMatchObject({ status: 400, code: 100 });
});

it('counts the characters of a template as people do', async () => {
  await using user = await SandboxUser.start();
  const text = (length: number) => `Thank you ${'🎉'.repeat(length - 10)}`;
  const made = await create(user, {
    components: [
      { ...body, text: text(1024) },
      { type: 'FOOTER', text: '🎉'.repeat(60) },
    ],
  });
  expect(made.status, made.text).toBe(200);
  const refused = await create(user, { name: 'longer', components: [{ ...body, text: text(1025) }] });
  expect(errorOf(refused)).toMatchObject({ code: 100, subcode: 2388040 });
});
