import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { listOrNone, object, optional, text } from './reading.ts';

/** What a new chat offers to tap: sentences to begin with, and commands behind a slash. */
const components = object({
  prompts: listOrNone(text),
  commands: listOrNone(object({ commandName: text, commandDescription: text })),
});
export type ConversationalComponents = ReturnType<typeof components>;

export async function getConversationalComponents(account: Account): Promise<ConversationalComponents> {
  const answer = await askGraph(
    account,
    { path: pathOf(account.senderExternalId), query: { fields: 'conversational_automation' } },
    object({ conversationalAutomation: optional(components) }),
  );
  return answer.conversationalAutomation ?? { prompts: [], commands: [] };
}

/** Sets both lists as a whole: at most 4 prompts of 80 characters, and 30 commands. */
export function setConversationalComponents(
  account: Account,
  { prompts, commands }: ConversationalComponents,
): Promise<void> {
  const body = {
    prompts,
    commands: commands.map(({ commandName, commandDescription }) => ({
      command_name: commandName,
      command_description: commandDescription,
    })),
  };
  return tellGraph(account, {
    path: pathOf(account.senderExternalId, 'conversational_automation'),
    method: 'POST',
    body,
  });
}
