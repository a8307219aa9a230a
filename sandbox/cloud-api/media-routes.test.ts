import { expect, it } from 'vitest';
import { errorOf, SandboxUser } from '#testing/sandbox-user.ts';

it('an upload that is no form, or half of one, is refused in words', async () => {
  await using user = await SandboxUser.start();
  const { access_token, phone_number_id } = user.account;
  const half =
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nhalf';
  for (const [type, body] of [
    ['application/json', '{}'],
    ['multipart/form-data', 'no boundary'],
    ['multipart/form-data; boundary=x', 'not a form'],
    ['multipart/form-data; boundary=x', half],
  ] as const) {
    const headers = { authorization: `Bearer ${access_token}`, 'content-type': type };
    const answer = await user.request('POST', `/v24.0/${phone_number_id}/media`, body, headers);
    expect(errorOf(answer), `${type} ${body}`).toMatchObject({
      status: 400,
      code: 100,
      details: expect.stringMatching(/./),
    });
  }
});

it('writes the size of a file as a text, or as a number if it is told to', async () => {
  await using user = await SandboxUser.start();
  const form =
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nHello\r\n--x--\r\n';
  const headers = {
    authorization: `Bearer ${user.account.access_token}`,
    'content-type': 'multipart/form-data; boundary=x',
  };
  const stored = await user.request('POST', `/v24.0/${user.account.phone_number_id}/media`, form, headers);
  const { id } = stored.read<{ id: string }>();
  expect((await user.graph('GET', `/${id}`)).json).toMatchObject({ id, file_size: '5' });
  await user.request('POST', '/_sandbox/settings', { media_file_size: 'number' });
  expect((await user.graph('GET', `/${id}`)).json).toMatchObject({ id, file_size: 5 });
});
