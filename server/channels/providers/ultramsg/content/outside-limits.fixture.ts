import type { MessageContent } from '#channels/provider.ts';
import { samples } from './samples.fixture.ts';

/** A content with one mistake, which UltraMsg would refuse as well. */
export interface OutsideStep {
  name: string;
  content: MessageContent;
  pointer: string;
  words: RegExp;
}

const link = 'https://cdn.example.com/a.jpg';
const place = { latitude: 1, longitude: 2 };
const card = samples.contacts.contacts[0];

export const outsideLimits: readonly OutsideStep[] = [
  step('a text of 4,097 characters', { text: { body: '😀'.repeat(4097) } }, '/text/body', /at most 4096/),
  step(
    'a caption of 1,025 characters',
    { image: { link, caption: 'x'.repeat(1025) } },
    '/image/caption',
    /at most 1024/,
  ),
  step(
    'the name of a file of 256 characters',
    { document: { link, filename: 'x'.repeat(256) } },
    '/document/filename',
    /at most 255/,
  ),
  step('an mp3 as a voice note', { audio: { link: `${link}/a.mp3`, voice: true } }, '/audio/link', /\.mp3/),
  step('a pdf as an image', { image: { link: `${link}/a.PDF?x=1` } }, '/image/link', /\.pdf/),
  step('an avi as a video', { video: { link: `${link}/a.avi` } }, '/video/link', /mp4, 3gp, mov/),
  step('a wav as a sound', { audio: { link: `${link}/a.wav` } }, '/audio/link', /mp3, aac, ogg/),
  step(
    'a place with 301 characters in two lines',
    { location: { ...place, name: 'x'.repeat(200), address: 'y'.repeat(100) } },
    '/location/address',
    /301 characters/,
  ),
  step('a latitude of 91 degrees', { location: { latitude: 91, longitude: 0 } }, '/location/latitude', /-90 to 90/),
  step(
    'a card of more than 4,096 characters',
    { contacts: [{ ...card, urls: Array(5).fill({ url: 'u'.repeat(1000) }) }] },
    '/contacts/0',
    /at most 4096/,
  ),
];

function step(name: string, kind: Record<string, unknown>, pointer: string, words: RegExp): OutsideStep {
  const [type = ''] = Object.keys(kind);
  return { name, content: { type, ...kind }, pointer, words };
}
