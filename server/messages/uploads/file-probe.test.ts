import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jpegFile, mp4File, opusFile, pngFile, wavFile, webpFile } from '#testing/files.ts';
import { problemsOfFile } from '#channels/providers/cloud-api/content/file-rules.ts';
import { probeFile } from './file-probe.ts';

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-probe-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function probe(bytes: Buffer, filename: string | null = null) {
  const path = join(folder, String((files += 1)));
  await writeFile(path, bytes);
  return probeFile(path, bytes.length, filename);
}

async function problems(bytes: Buffer, kind: string, isVoice = false): Promise<string[]> {
  return problemsOfFile(await probe(bytes), { kind, isVoice });
}

describe('what a file is, is read from its bytes', () => {
  it.each([
    ['image/png', pngFile()],
    ['image/jpeg', jpegFile()],
    ['image/webp', webpFile()],
    ['audio/ogg', opusFile()],
    ['audio/wav', wavFile()],
    ['video/mp4', mp4File()],
    ['application/pdf', Buffer.from('%PDF-1.7\n')],
    ['text/plain', Buffer.from('Grüße\n')],
  ])('%s', async (mimeType, bytes) => {
    expect((await probe(bytes, 'photo.exe')).mimeType).toBe(mimeType);
  });

  it.each([
    ['text/html', '\ufeff\n <!DOCTYPE html><script>alert(1)</script>'],
    ['text/html', '<script src=//example.com/x.js></script>'],
    ['text/html', '<!-- a --><p>hello'],
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['image/svg+xml', '<!-- a -->\n<svg><foreignObject/></svg>'],
    [
      'multipart/related',
      'From: <Saved by a browser>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\tboundary="x"\n',
    ],
    ['text/plain', 'a < b, and b > c'],
    ['text/plain', '<3 you'],
    ['text/plain', 'Subject: an invoice\nContent-Type: none of your business'],
  ])('B129, B130: %s is what %j is, whatever it is called', async (mimeType, text) => {
    expect((await probe(Buffer.from(text), 'notes.txt')).mimeType).toBe(mimeType);
  });

  it('B129, B130: XML is told from plain text, too', async () => {
    for (const text of ['<?xml version="1.0"?><a/>', '<?xml version="1.0"?><svg/>'])
      expect((await probe(Buffer.from(text), 'notes.txt')).mimeType).toMatch(/^(application\/xml|image\/svg\+xml)$/);
  });

  it('old office files are told apart by their names', async () => {
    const bytes = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
    expect((await probe(bytes, 'prices.XLS')).mimeType).toBe('application/vnd.ms-excel');
    expect((await probe(bytes, 'letter.doc')).mimeType).toBe('application/msword');
  });

  it('streams, codecs and channels of a video are known', async () => {
    expect(await probe(mp4File())).toMatchObject({
      video: { codec: 'h264', streams: 1 },
      audio: { codec: 'aac', streams: 1 },
    });
    expect((await probe(mp4File({ audio: null }))).audio).toBeUndefined();
  });

  it('no bytes whatever make it fail', async () => {
    const heads = [pngFile(), jpegFile(), webpFile(), opusFile(), mp4File(), wavFile(), Buffer.alloc(0)];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...heads),
        fc.nat(200),
        fc.uint8Array({ maxLength: 100 }),
        async (head, cut, tail) => {
          const facts = await probe(Buffer.concat([head.subarray(0, cut), tail]));
          for (const kind of ['image', 'audio', 'video', 'document', 'sticker'])
            expect(Array.isArray(problemsOfFile(facts, { kind, isVoice: true }))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('what WhatsApp takes passes, and what it would refuse is refused in words', () => {
  it.each([
    ['a photo', pngFile(), 'image'],
    ['a photo with transparency', pngFile({ colorType: 6 }), 'image'],
    ['a JPEG', jpegFile(), 'image'],
    ['a sticker', webpFile(), 'sticker'],
    ['a voice note', opusFile(), 'audio'],
    ['a video', mp4File(), 'video'],
    ['a video without sound', mp4File({ audio: null }), 'video'],
    ['a text', Buffer.from('hello'), 'document'],
  ])('%s', async (_name, bytes, kind) => {
    expect(await problems(bytes, kind)).toEqual([]);
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'document', /empty/],
    ['a PNG of 16 bits', pngFile({ bitDepth: 16 }), 'image', /8 bits a channel; this one has 16/],
    ['a JPEG for print', jpegFile({ components: 4 }), 'image', /CMYK/],
    ['a photo as a sticker', pngFile(), 'sticker', /must be one of image\/webp; the file is image\/png/],
    ['a sticker of another size', webpFile({ width: 500 }), 'sticker', /512 by 512 pixels; this one is 500 by 512/],
    ['a WebP as a photo', webpFile(), 'image', /the file is image\/webp/],
    ['a stereo voice note', opusFile({ channels: 2 }), 'audio', /mono; this one has 2 channels/],
    ['a WAV', wavFile(), 'audio', /the file is audio\/wav/],
    ['a video in H.265', mp4File({ video: 'hvc1' }), 'video', /H\.264; this one is h265/],
    ['a video with Opus', mp4File({ audio: 'Opus' }), 'video', /AAC; this one is opus/],
    ['half of a photo', pngFile().subarray(0, 20), 'image', /damaged|no known type/],
  ])('%s', async (_name, bytes, kind, words) => {
    expect((await problems(bytes, kind)).join(' ')).toMatch(words);
  });

  it('a sound that is no Ogg is no voice note', async () => {
    const facts = { mimeType: 'audio/mpeg', sizeBytes: 10, audio: { codec: 'mp3', channels: 2, streams: 1 } };
    expect(problemsOfFile(facts, { kind: 'audio', isVoice: false })).toEqual([]);
    expect(problemsOfFile(facts, { kind: 'audio', isVoice: true }).join()).toMatch(/voice note must be Ogg with Opus/);
  });

  it('an animation in a header is a short video', async () => {
    expect(await problems(mp4File(), 'gif')).toEqual([]);
    expect((await problems(pngFile(), 'gif')).join()).toMatch(/An animation must be one of video\/mp4/);
    const long = { mimeType: 'video/mp4', sizeBytes: 4_000_000, video: { codec: 'h264', streams: 1 } };
    expect(problemsOfFile(long, { kind: 'gif', isVoice: false }).join()).toMatch(/may have 3670016 bytes/);
  });

  it('sizes are counted as Meta counts them', () => {
    const sticker = (sizeBytes: number, isAnimated: boolean) =>
      problemsOfFile(
        {
          mimeType: 'image/webp',
          sizeBytes,
          image: { width: 512, height: 512, isAnimated, bitDepth: 8, colors: 'rgba' },
        },
        { kind: 'sticker', isVoice: false },
      );
    expect(sticker(100_000, false)).toEqual([]);
    expect(sticker(100_001, false)).toHaveLength(1);
    expect(sticker(500_000, true)).toEqual([]);
    expect(sticker(500_001, true)).toHaveLength(1);
  });
});
