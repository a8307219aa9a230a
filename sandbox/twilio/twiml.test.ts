import fc from 'fast-check';
import twilio from 'twilio';
import { expect, it } from 'vitest';
import { messagesIn } from './twiml.ts';

it.each([
  ['text/xml', '<Response/>', []],
  ['text/xml', '<?xml version="1.0"?><Response></Response>', []],
  ['application/xml; charset=utf-8', '<Response><Message>Hi</Message></Response>', [{ body: 'Hi', mediaUrls: [] }]],
  [
    'text/xml',
    '<Response><Message to="+1"><Body>A</Body><Media>https://example.com/?a=1&amp;b=2</Media></Message><Message>B</Message></Response>',
    [
      { body: 'A', mediaUrls: ['https://example.com/?a=1&b=2'] },
      { body: 'B', mediaUrls: [] },
    ],
  ],
  ['text/xml', '<Response><Message><![CDATA[a < b]]></Message></Response>', [{ body: 'a < b', mediaUrls: [] }]],
  ['text/xml', '<Response><Message></Message></Response>', []],
  ['text/plain', 'OK', [{ body: 'OK', mediaUrls: [] }]],
  ['text/plain', '', []],
  ['application/json', '{"message":"Hi"}', []],
  ['', 'Hi', []],
])('%s %s asks for the messages that it has', (contentType, answer, messages) => {
  expect(messagesIn(contentType, answer)).toEqual(messages);
});

it('reads every text that the package of Twilio can write', () => {
  // What no XML can hold cannot be written.
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((words) => words.trim() === words && words !== '');
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (bodies) => {
      const document = new twilio.twiml.MessagingResponse();
      for (const body of bodies) document.message(body);
      expect(messagesIn('text/xml', document.toString()).map(({ body }) => body)).toEqual(bodies);
    }),
  );
});
