import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCallbackData } from '#messages/callback-data.ts';
import { readEmailAddress } from '#platform/email-address.ts';
import { bounceAddressOf, callbackDataOf, callbackDataOfId, messageIdOf } from './bounce-address.ts';

const callbackData = fc
  .tuple(fc.uuid({ version: 7 }), fc.integer({ min: 1, max: 99_999 }), fc.uint8Array({ minLength: 8, maxLength: 32 }))
  .map(([messageId, attemptNo, key]) => encodeCallbackData(Buffer.from(key), { messageId, attemptNo }));

describe('addresses for bounces', () => {
  it('name the attempt in any case of letters, and are addresses that a server takes', () => {
    fc.assert(
      fc.property(callbackData, (data) => {
        const address = bounceAddressOf(data, 'bounce@mail.example.com');
        expect(readEmailAddress(address)).toEqual({ ok: true, address });
        expect(address).toMatch(/^bounce\+[^@]+@mail\.example\.com$/);
        expect(callbackDataOf(address)).toBe(data);
        expect(callbackDataOf(address.toUpperCase())).toBe(data);
        expect(callbackDataOf(address.toLowerCase())).toBe(data);
      }),
    );
  });

  it('stay bare when the attempt does not fit into them', () => {
    const long = 'a'.repeat(60);
    expect(bounceAddressOf(long, 'bounce@example.com')).toBe('bounce@example.com');
  });

  it.each(['bounce@example.com', 'bounce+@example.com', 'bounce+a=b=@example.com', 'ana+shop@example.com', ''])(
    '%j names no attempt',
    (address) => expect(callbackDataOf(address)).toBeUndefined(),
  );

  it('ids of messages name the attempt, and those of others do not', () => {
    fc.assert(
      fc.property(callbackData, (data) => {
        expect(callbackDataOfId(messageIdOf(data, 'shop@example.com'))).toBe(data);
      }),
    );
    expect(messageIdOf('a1:x:1:y', 'shop@example.com')).toBe('<a1.x.1.y@example.com>');
    for (const id of ['<CAF+x@mail.gmail.com>', '', 'a1', '<a1.x y@example.com>'])
      expect(callbackDataOfId(id)).toBeUndefined();
  });

  it('nothing whatever makes reading them throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        callbackDataOf(text);
        callbackDataOfId(text);
      }),
    );
  });
});
