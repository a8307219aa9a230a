import { describe, expect, it, vi } from 'vitest';
import { aMessage, expectProblem, UnderTest } from './under-test.ts';

// What people put into messages, names, files and addresses. Files to send are in bad-inputs-uploads.test.ts. Left out are
// the parts that this release does not have: texts of a language model (B192), search and web sockets (B203).

const under = await UnderTest.ofFile();
let count = 0;

/** Somebody new writes, through the simulated provider. */
async function write(message: Record<string, unknown>, bytes?: { body: Buffer; type: string; name: string }) {
  count += 1;
  const phone = `+1555600${String(count).padStart(4, '0')}`;
  const people = `${under.carillon.sandbox}/_sandbox/people`;
  const json = { 'content-type': 'application/json' };
  await fetch(people, { method: 'POST', headers: json, body: JSON.stringify({ phone, name: 'Ada' }) });
  let content = message;
  if (bytes) {
    const uploaded = await fetch(`${people}/${phone}/media?filename=${encodeURIComponent(bytes.name)}`, {
      method: 'POST',
      headers: { 'content-type': bytes.type },
      body: bytes.body,
    });
    const { id } = (await uploaded.json()) as { id: string };
    const type = String(message['type']);
    content = { ...message, [type]: { ...(message[type] as object), id } };
  }
  const answer = await fetch(`${people}/${phone}/messages`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(content),
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return vi.waitFor(
    async () => {
      const { json } = await under.call('GET', `/v1/messages?direction=inbound&contact=${encodeURIComponent(phone)}`);
      expect(json.data).toHaveLength(1);
      return json.data[0] as { id: string; content: Record<string, { body: string }> };
    },
    { timeout: 20_000, interval: 50 },
  );
}

describe('words', () => {
  it.each([
    ['B190: an image that runs a script', '<img src=x onerror=alert(1)>'],
    ['B190: a drawing that runs a script', '<svg/onload=alert(1)>'],
    ['B191: an address that is a script', 'javascript:alert(1)'],
    ['B193: the end of a script', '</script><script>alert(1)</script>\u2028'],
    ['B194: marks that turn the direction', '\u202eabc\u2066def'],
    ['B194: a thousand combining marks', `Z${'\u0301'.repeat(1_000)}`],
    ['B195: a family in one sign', '👨‍👩‍👧‍👦🏳️‍🌈👍🏽'],
    ['B197: the Turkish dotless i', 'İıIi'],
    ['B198: colours of a terminal', 'a\u001b[31mred'],
    ['B202: a name that clobbers', '<form id=attributes>'],
    ['B099: a template of templates', '{{1}} ${x} <%= y %>'],
  ])('%s arrive as the text that they are', async (_, body) => {
    const message = await write({ type: 'text', text: { body } });
    expect(message.content['text']?.body).toBe(body);
    const answer = await under.call('GET', `/v1/messages/${message.id}`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('B190: go out as they are given', async () => {
    await write({ type: 'text', text: { body: 'Hi' } });
    const to = `+1555600${String(count).padStart(4, '0')}`;
    const body = '<b>Hi</b> & "you" {{1}}';
    const sent = await under.call('POST', '/v1/messages', {
      body: aMessage({ to, purpose: 'service', content: { type: 'text', text: { body } } }),
    });
    expect(sent.status, sent.text).toBe(202);
    await vi.waitFor(
      async () => {
        const ledger = await (await fetch(`${under.carillon.sandbox}/_sandbox/ledger?limit=10000`)).text();
        expect(ledger).toContain(JSON.stringify(body));
      },
      { timeout: 20_000, interval: 100 },
    );
  });

  it.each(['a\r\nX-Injected: 1', 'a\u0000', 'a\u001b[31m'])('B198, B199: %j is no tag', async (tag) => {
    const answer = await under.call('POST', '/v1/messages', { body: aMessage({ tags: [tag] }) });
    if (answer.status === 202) expect(answer.headers.get('x-injected')).toBeNull();
    else expectProblem(answer, 422, 'invalid_request');
  });

  it('B198: nothing that people write, nor a phone number, is in the log', async () => {
    await write({ type: 'text', text: { body: 'kingfisher-canary' } });
    const log = under.carillon.logs.join('\n');
    expect(log).not.toContain('kingfisher-canary');
    expect(log).not.toMatch(/\+?15556000\d{3}/);
  });
});

describe('a file', () => {
  const bytes = Buffer.from('%PDF-1.4 a small file');
  const media = async (messageId: string) => {
    const found = await vi.waitFor(
      async () => {
        const { json } = await under.call('GET', '/v1/media?limit=200');
        const one = json.data.find((file: { message_id: string }) => file.message_id === messageId);
        expect(one?.state).toBe('stored');
        return one;
      },
      { timeout: 20_000, interval: 100 },
    );
    return found as { id: string; filename: string | null };
  };

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\windows\\CON', 'CON'],
    ['a"b;filename=c\r\n.pdf', 'ab;filename=c.pdf'],
    [`photo\u202egpj.exe`, 'photogpj.exe'],
    ['n'.repeat(300), 'n'.repeat(120)],
    ['<svg onload=x>.pdf', 'svg onload=x.pdf'],
  ])(
    'B128, B136, B137: called %j is downloaded under a harmless name, and never shown as a page',
    async (name, clean) => {
      const message = await write(
        { type: 'document', document: { filename: name } },
        { body: bytes, type: 'application/pdf', name: 'a.pdf' },
      );
      const file = await media(message.id);
      expect(file.filename).toBe(clean);
      const answer = await under.call('GET', `/v1/media/${file.id}/content`);
      expect(answer.text).toBe(bytes.toString());
      const disposition = answer.headers.get('content-disposition') ?? '';
      expect(disposition).toMatch(/^attachment; filename="[\w.-]*"; filename\*=UTF-8''[\w.%!~*'()-]*$/);
      expect(answer.headers.get('content-security-policy')).toContain('sandbox');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  it('B144: is given whole, whatever ranges of it are asked for', async () => {
    const file = await media(
      (await write({ type: 'document', document: {} }, { body: bytes, type: 'application/pdf', name: 'b.pdf' })).id,
    );
    for (const range of ['bytes=0-0', `bytes=${'0-0,'.repeat(1_000)}1-1`, 'bytes=-5', 'bytes=9-2,0-99999', 'lines=1']) {
      const answer = await under.call('GET', `/v1/media/${file.id}/content`, { headers: { range } });
      expect([answer.status, answer.text]).toEqual([200, bytes.toString()]);
    }
  });
});

describe('the address of a provider', () => {
  const connect = (base_url: string) =>
    under.call('POST', '/v1/connections', {
      body: {
        provider: 'whatsapp-cloud',
        base_url,
        business_account_id: '102',
        phone_number_id: '106',
        access_token: 'token',
        app_secret: 'a'.repeat(32),
        verify_token: 'verify-token',
      },
    });

  it.each([
    'http://127.0.0.1',
    'http://localhost',
    'http://localhost.',
    'http://0.0.0.0',
    'http://[::1]',
    'http://[::]',
    'https://10.0.0.1',
    'https://172.16.0.1',
    'https://192.168.1.1',
    'https://169.254.169.254',
    'https://100.64.0.1',
    'https://198.18.0.1',
    'https://224.0.0.1',
    'http://2130706433',
    'http://0x7f.1',
    'http://127.1',
    'http://①②⑦.⓪.⓪.①',
    'http://127。0。0。1',
    'https://[::ffff:127.0.0.1]',
    'https://[64:ff9b::7f00:1]',
    'https://[2002:7f00:1::]',
    'https://[fd00::1]',
    'https://[fe80::1]',
    'https://[::7f00:1]',
    'https://user:secret@example.com',
    'https://example.com@127.0.0.1',
    'file:///etc/passwd',
    'gopher://example.com',
    'data:text/html,x',
    'javascript:alert(1)',
    'https://example.com:22',
    'https://example.com:5432',
    'https://metadata.google.internal',
    'https://x.svc.cluster.local',
    'https://intranet',
    'not an address',
    `https://example.com/${'x'.repeat(10_000)}`,
  ])('B146 to B160: %s is not called', async (address) => {
    const answer = await connect(address);
    expectProblem(answer, 422, /^(address_refused|invalid_request)$/);
    if (answer.json.code === 'invalid_request') expect(answer.json.errors[0].pointer).toBe('/base_url');
    expect(answer.text).not.toContain('secret@');
  });
});

it('B204: the console is shown in no frame', async () => {
  const answer = await under.call('GET', '/', { key: null, headers: { accept: 'text/html' } });
  if (answer.status !== 200) return;
  expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
});
