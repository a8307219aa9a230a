import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCallbackData, encodeCallbackData } from './callback-data.ts';

const key = Buffer.alloc(32, 7);
const reference = { messageId: '019a8c00-1234-7abc-8def-0123456789ab', attemptNo: 3 };

describe('callback data', () => {
  it('comes back as the attempt that it left with, in at most 60 characters', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 32_000 }), (messageId, attemptNo) => {
        const word = encodeCallbackData(key, { messageId, attemptNo });
        expect(word.length).toBeLessThanOrEqual(60);
        expect(decodeCallbackData(key, word)).toEqual({ messageId, attemptNo });
      }),
    );
  });

  it('B063: a forged, foreign, long or strange value settles nothing', () => {
    const word = encodeCallbackData(key, reference);
    expect(decodeCallbackData(Buffer.alloc(32, 8), word)).toBeNull();
    expect(decodeCallbackData(key, word.replace(':3:', ':4:'))).toBeNull();
    expect(decodeCallbackData(key, `${word.slice(0, -1)}${word.endsWith('A') ? 'B' : 'A'}`)).toBeNull();
    expect(decodeCallbackData(key, 'x'.repeat(512))).toBeNull();
    expect(decodeCallbackData(key, '{"json":true}')).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => decodeCallbackData(key, text) === null));
  });
});
