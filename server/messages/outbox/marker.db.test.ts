import { expect, it } from 'vitest';
import type { Database, Sql } from '#platform/database.ts';
import { aTemplate, MessagePath } from '#testing/message-path.ts';
import type { MessageContent } from '#channels/provider.ts';
import { Marker } from './marker.ts';
import type { ReadyMessage } from './outbox-store.ts';

const { path } = await MessagePath.ofFile();

/** Loses the answer of the first mark, which the server carries out right before the statement that `before` names. */
function losesFirstMark(before: (statement: Sql) => boolean): Database {
  let lost: Sql | undefined;
  let isOver = false;
  return {
    ...path.worker,
    async query<Row extends object>(statement: Sql): Promise<Row[]> {
      if (!lost && !isOver) {
        lost = statement;
        throw new Error('Connection terminated unexpectedly');
      }
      if (lost && before(statement)) {
        await path.worker.query(lost);
        lost = undefined;
        isOver = true;
      }
      return path.worker.query<Row>(statement);
    },
  };
}

const isMark = (statement: Sql) => statement.name === 'outbox-mark-dispatching';

async function markTwice(db: Database): Promise<{ messageId: string; attemptNo: number }[]> {
  const id = await path.send();
  const owner = { workspaceId: path.workspaceId, senderId: path.senderId, fence: await path.lease() };
  const marker = new Marker(db, owner);
  const messages = [{ messageId: id, content: aTemplate as MessageContent } as ReadyMessage];
  await expect(marker.mark(messages, path.account)).rejects.toThrow('terminated');
  const { marked } = await marker.mark(messages, path.account);
  expect(marked.map(({ messageId }) => messageId)).toEqual([id]);
  expect(await path.state(id)).toMatchObject({ place: 'dispatching', attemptNo: 1 });
  return marked;
}

it('a mark whose answer was lost is taken back, and its message keeps its place', async () => {
  expect(await markTwice(losesFirstMark((statement) => !isMark(statement)))).toMatchObject([{ attemptNo: 1 }]);
});

it('so is one that is carried out only after it was to be taken back', async () => {
  expect(await markTwice(losesFirstMark(isMark))).toMatchObject([{ attemptNo: 1 }]);
});
