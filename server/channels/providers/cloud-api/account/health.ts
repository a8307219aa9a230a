import { type Account, askGraph, pathOf } from './asking.ts';
import { listOrNone, object, optional, text, word } from './reading.ts';

/** Whether something can send, as Meta sees it, and which part of the chain is to blame. */
export const health = object({
  canSendMessage: word,
  entities: listOrNone(
    object({
      entityType: word,
      id: text,
      canSendMessage: optional(word),
      canReceiveCallSip: optional(word),
      additionalInfo: listOrNone(text),
      errors: listOrNone(
        object({ errorCode: text, errorDescription: optional(text), possibleSolution: optional(text) }),
      ),
    }),
  ),
});
export type Health = ReturnType<typeof health>;

/** The health of a number, a business account or a template, by its id. The whole is as ill as its worst part. */
export async function getHealth(account: Account, id: string): Promise<Health> {
  const answer = await askGraph(
    account,
    { path: pathOf(id), query: { fields: 'health_status' } },
    object({ healthStatus: health }),
  );
  return answer.healthStatus;
}
