import { randomInt } from 'node:crypto';
import { Agent } from 'undici';

/** Asks a callback to prove itself as Meta does: `GET …?hub.mode=subscribe&hub.challenge=…&hub.verify_token=…` must be
 *  answered with 200 and the bare challenge within 10 seconds. Gives the problem in words, or undefined. */
export async function verifyCallback(url: string, verifyToken: string): Promise<string | undefined> {
  const challenge = String(randomInt(100_000_000, 2_000_000_000));
  const address = new URL(url);
  address.searchParams.set('hub.mode', 'subscribe');
  address.searchParams.set('hub.challenge', challenge);
  address.searchParams.set('hub.verify_token', verifyToken);
  const agent = new Agent({ connect: { timeout: 3000 } });
  try {
    const answer = await agent.request({
      origin: address.origin,
      path: address.pathname + address.search,
      method: 'GET',
      headers: { 'user-agent': 'facebookplatform/1.0', accept: '*/*' },
      signal: AbortSignal.timeout(10_000),
    });
    const text = await readAtMost(answer.body, 4096);
    if (answer.statusCode !== 200) return `the callback answered ${answer.statusCode} instead of 200`;
    return text.trim() === challenge ? undefined : 'the callback did not answer with the challenge';
  } catch (error) {
    return `the callback cannot be reached (${error instanceof Error ? error.message || error.name : String(error)})`;
  } finally {
    await agent.destroy();
  }
}

async function readAtMost(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('utf8');
    if (text.length > maxBytes) break;
  }
  return text;
}
