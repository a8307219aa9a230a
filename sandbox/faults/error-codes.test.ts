import { afterAll, beforeAll, expect, it } from 'vitest';
import { titleOf } from '#cloud-api/graph-error.ts';
import { SandboxUser, errorOf, idOf } from '#testing/sandbox-user.ts';
import { documentedErrors } from './error-codes.fixture.ts';

let user: SandboxUser;
beforeAll(async () => {
  user = await SandboxUser.start();
});
afterAll(() => user[Symbol.asyncDispose]());

it.each(documentedErrors)('gives %i with the status and the words of Meta when a rule asks for it', async (...row) => {
  const [code, status, title, call] = row;
  const [method, edge] = call.split(' ') as ['GET' | 'POST' | 'DELETE', string];
  const isSend = edge === '/messages';
  await user.fail({ kind: 'error', code }, isSend ? { times: 1 } : { times: 1, method, path: edge });
  const answer = isSend ? await user.sendHello() : await user.graph(method, `/v24.0/${user.account.waba_id}${edge}`);
  expect(answer.status).toBe(status);
  const isSubcode = code > 1_000_000;
  const error = {
    message: isSubcode ? '(#100) Invalid parameter' : `(#${code}) ${title}`,
    type: 'OAuthException',
    code: isSubcode ? 100 : code,
    error_data: { messaging_product: 'whatsapp', details: expect.stringMatching(/.{10,}/) },
    fbtrace_id: expect.stringMatching(/^\S{8,}$/),
  };
  const said = {
    is_transient: false,
    error_user_title: title,
    error_user_msg: expect.stringMatching(/^[A-Z].{10,}\./),
  };
  const isThroughput = code === 130429 ? { error_subcode: 2494055 } : {};
  expect(answer.json).toEqual({
    error: { ...error, ...isThroughput, ...(isSubcode ? { error_subcode: code, ...said } : {}) },
  });
  expect(titleOf(code)).toBe(title);
});

it('refuses only the calls of the account that a rule names, and nothing of them happens', async () => {
  const { waba_id: waba, phone_number_id: number } = user.account;
  await user.fail({ kind: 'error', code: 139103 }, { method: 'POST', path: '/username', sender: number });
  const taken = { username: 'bright.lamps' };
  expect(errorOf(await user.graph('POST', `/v24.0/${number}/username`, taken))).toMatchObject({
    status: 500,
    code: 139103,
  });
  expect((await user.graph('GET', `/v24.0/${number}/username?fields=username`)).json).toEqual({ status: 'deleted' });
  expect((await user.graph('GET', `/v24.0/${waba}/phone_numbers`)).status).toBe(200);
  expect(idOf(await user.sendHello())).toMatch(/^wamid\./);
  await user.request('DELETE', '/_sandbox/faults');
  expect((await user.graph('POST', `/v24.0/${number}/username`, taken)).json).toEqual({ success: true });
  const wrong = await user.fail({ kind: 'reset' }, { path: '/username' });
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain('match.method and match.path are for actions of the kind error');
});
