import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { errorOf, SandboxUser } from '#testing/sandbox-user.ts';

const bytes = randomBytes(4_000);

/** A picture that a person has sent, and where its bytes are. */
async function sentPicture(user: SandboxUser): Promise<{ id: string; download: () => Promise<Buffer | number> }> {
  const path = `/_sandbox/people/${encodeURIComponent('+15550001111')}/media?filename=a.png`;
  const { id } = (await user.request('POST', path, bytes, { 'content-type': 'image/png' })).read<{
    id: string;
  }>();
  await user.write('+15550001111', { type: 'image', image: { id } });
  return {
    id,
    download: async () => {
      const { url } = (await user.graph('GET', `/v24.0/${id}`)).read<{ url: string }>();
      const answer = await fetch(url, { headers: { authorization: `Bearer ${user.account.access_token}` } });
      return answer.ok ? Buffer.from(await answer.arrayBuffer()) : answer.status;
    },
  };
}

it('does not know a file, and then knows it', async () => {
  await using user = await SandboxUser.start();
  const { id } = await sentPicture(user);
  await user.fail({ kind: 'media_unknown' }, { type: 'image/png', times: 1 });
  expect(errorOf(await user.graph('GET', `/v24.0/${id}`))).toMatchObject({ code: 100, subcode: 33 });
  expect((await user.graph('GET', `/v24.0/${id}`)).json).toMatchObject({
    id,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
});

it('answers a download with a status, and with other bytes', async () => {
  await using user = await SandboxUser.start();
  const { download } = await sentPicture(user);
  await user.fail({ kind: 'media_http', http_status: 503 }, { sender: user.account.phone_number_id, times: 1 });
  expect(await download()).toBe(503);
  await user.fail({ kind: 'media_altered' }, { times: 1 });
  const altered = await download();
  expect(altered).toHaveLength(bytes.length);
  expect(altered).not.toEqual(bytes);
  expect(await download()).toEqual(bytes);
});

it('breaks a download off in the middle', async () => {
  await using user = await SandboxUser.start();
  const { download } = await sentPicture(user);
  await user.fail({ kind: 'media_cut' }, { times: 1 });
  await expect(download()).rejects.toThrow('terminated');
  expect(await download()).toEqual(bytes);
});
