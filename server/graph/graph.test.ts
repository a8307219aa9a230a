import { expect, it } from 'vitest';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { type GraphDeps, graphSenders, senderOf } from './graph.ts';
import { GraphRefusal } from './graph-error.ts';

// Of a sender and its account only what is looked at here.
const aSender = (senderId: string, externalId: string) => ({ senderId, externalId }) as SenderAccount;
const another = aSender('instance', '106');
const cloud = aSender('cloud', '106');
const mail = aSender('mail', 'shop@example.com');

/** Only the account of the Cloud API has calls of Meta that can be passed on. */
const deps = (senders: SenderAccount[]) =>
  ({
    senders: () => senders,
    accountOf: ({ senderId }: SenderAccount) => (senderId === 'cloud' ? { passThrough: () => undefined } : {}),
  }) as unknown as Pick<GraphDeps, 'senders' | 'accountOf'>;

it('an id that another provider has given as well means the number of the Cloud API', () => {
  expect(senderOf(deps([another, mail, cloud]), 'w', '106')).toBe(cloud);
  expect(graphSenders(deps([another, mail, cloud]), 'w')).toEqual([cloud]);
});

it('what is a sender of another provider alone is unknown, as it is to Meta', () => {
  expect(() => senderOf(deps([another, mail]), 'w', '106')).toThrow(GraphRefusal);
});
