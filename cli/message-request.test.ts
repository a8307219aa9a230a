import { describe, expect, it } from 'vitest';
import { readRequest, type RequestOptions } from './message-request.ts';
import { UsageProblem } from './settings.ts';

const options = (changes: Partial<RequestOptions> = {}): RequestOptions => ({
  language: 'en_US',
  param: [],
  tag: [],
  metadata: [],
  ...changes,
});

describe('a message on the command line', () => {
  it('is a text of the purpose service when nothing else is told', () => {
    expect(readRequest('+15550001111', 'Hello', options())).toEqual({
      to: '+15550001111',
      purpose: 'service',
      content: { type: 'text', text: { body: 'Hello' } },
    });
  });

  it('is a template with its parameters in order', () => {
    const request = readRequest(
      '+15550001111',
      undefined,
      options({ template: 'order', param: ['Ada', '7'], purpose: 'transactional' }),
    );
    expect(request.content).toEqual({
      type: 'template',
      template: {
        name: 'order',
        language: { code: 'en_US' },
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: 'Ada' },
              { type: 'text', text: '7' },
            ],
          },
        ],
      },
    });
  });

  it.each([
    ['utility', 'transactional'],
    ['authentication', 'authentication'],
    ['service', 'service'],
  ] as const)('that is billed as %s has the purpose %s when none is told', (directSend, purpose) => {
    const request = readRequest('+1555', 'Hello', options({ directSend, ttlSeconds: 60, directSendName: 'order' }));
    expect(request).toMatchObject({
      purpose,
      direct_send: { category: directSend, ttl_seconds: 60, template_name: 'order' },
    });
    const content = '{"type":"image","image":{"link":"https://example.com/a.png"}}';
    expect(readRequest('+1555', undefined, options({ directSend, content }))).toMatchObject({ purpose });
    expect(readRequest('+1555', 'Hello', options({ directSend, purpose: 'service' })).purpose).toBe('service');
  });

  it.each([
    ['+1 555 000 1111', { to: '+1 555 000 1111' }],
    ['01a203f2-f9da-751a-a577-7ad1e3ada650', { contact_id: '01a203f2-f9da-751a-a577-7ad1e3ada650' }],
    ['US.13491208655302741918', { recipient: 'US.13491208655302741918' }],
    ['ana@example.com', { to_email: 'ana@example.com' }],
    ['133346537541875@lid', { recipient: '133346537541875@lid' }],
  ])('goes to %s', (to, address) => {
    expect(readRequest(to, 'Hello', options())).toMatchObject(address);
  });

  it.each([
    ['nothing to say', undefined, {}, 'one of'],
    ['two things to say', 'Hello', { template: 'order' }, 'one of'],
    ['a template without a purpose', undefined, { template: 'order' }, '--purpose'],
    ['content that is not JSON', undefined, { content: '{', purpose: 'service' }, 'not JSON'],
    ['content without a type', undefined, { content: '{}', purpose: 'service' }, 'type'],
    ['a file that is not there', undefined, { content: '@/nowhere', purpose: 'service' }, 'ENOENT'],
    ['a time to live without a category', 'Hello', { ttlSeconds: 60 }, '--direct-send'],
    ['a name without a category', 'Hello', { directSendName: 'order' }, '--direct-send'],
    ['metadata without a name', 'Hello', { metadata: ['=1'] }, 'name=value'],
  ] as const)('is refused with %s', (_, text, changes, words) => {
    const read = () => readRequest('+15550001111', text, options(changes as Partial<RequestOptions>));
    expect(read).toThrow(UsageProblem);
    expect(read).toThrow(words);
  });

  it('carries what belongs to it', () => {
    const request = readRequest(
      '+1555',
      'Hello',
      options({ tag: ['a'], metadata: ['order=7=x'], sender: 's1', replyTo: 'm1' }),
    );
    expect(request).toMatchObject({ tags: ['a'], metadata: { order: '7=x' }, sender_id: 's1', reply_to: 'm1' });
  });
});
