import { itConforms } from '#channels/providers/conformance.ts';
import type { ProviderResponse } from '#channels/provider.ts';
import { describe } from 'vitest';
import { badContents, contents, reply, reportOf, secrets, settings } from './samples.fixture.ts';
import { bounceAddressOf } from './sending/bounce-address.ts';
import { smtp } from './smtp.ts';

const answer = (httpStatus: number, command: string, response: string): ProviderResponse => ({
  httpStatus,
  headers: {},
  body: Buffer.from(JSON.stringify({ command, response, messageId: '<a1.x.1.y@mail.shop.example>' })),
  truncated: false,
});

describe('smtp', () => {
  itConforms(smtp, {
    settings,
    secrets,
    senderExternalId: 'shop@shop.example',
    recipients: [{ kind: 'email', value: 'ana@example.com' }],
    contents,
    badContents,
    // HTML goes as it is after it was made safe; the other texts are told as they are.
    textsOf: (content) =>
      Object.values(content[content.type] as object).filter((text): text is string => typeof text === 'string'),
    answers: {
      accepted: answer(250, 'DATA', '250 2.0.0 Ok: queued as 4F1'),
      rejected: answer(550, 'RCPT TO', '550 5.1.1 No such user'),
      throttled: answer(421, 'DATA', '421 4.7.28 Too many messages'),
      unknown: [
        answer(250, 'RCPT TO', '250 Ok'),
        answer(354, 'DATA', '354 Go ahead'),
        { httpStatus: 250, headers: {}, body: Buffer.from('OK'), truncated: false },
      ],
    },
    webhook: reply,
    moreWebhooks: [reportOf(bounceAddressOf('a1:conformance', 'bounce@mail.shop.example'))],
    sign: undefined,
  });
});
