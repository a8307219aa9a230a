import { type Queryable, prepared, sql } from '#platform/database.ts';
import type { Choice, Offer } from './read-choice.ts';

/** What a person answered, by which messages that offer answers are found. */
export interface Answer {
  /** Of the person's message. */
  messageId: string;
  workspaceId: string;
  senderId: string;
  contactId: string;
  /** The message of ours that it quotes: then no other one is found. */
  quotedId: string | null;
}

/** More is not looked at: the newest offer counts, or one that is quoted. */
const mostOffers = 20;

/** What was offered by number to whoever answers, by the sender that the answer came to; nothing that was not handed over. */
export function findOffers(db: Queryable, answers: Answer[]): Promise<(Offer & { answerId: string })[]> {
  return db.query(
    prepared(
      'choice-offers',
      sql`select a."messageId" as "answerId", offer.*
          from jsonb_to_recordset(${JSON.stringify(answers)}::jsonb) as a(
            "messageId" uuid, "workspaceId" uuid, "senderId" uuid, "contactId" uuid, "quotedId" uuid)
          cross join lateral (
            select m.id as "messageId", m.routing -> 'options' as options, coalesce(s.accepted_at, o.dispatching_at, m.created_at) as "offeredAt",
                   coalesce(m.id = a."quotedId", false) as "isQuoted"
            from message m
            left join lateral (
              select * from message_state s where s.workspace_id = m.workspace_id and s.message_id = m.id offset 0
            ) s on true
            left join lateral (
              select * from outbox o where o.workspace_id = m.workspace_id and o.message_id = m.id offset 0
            ) o on true
            where m.workspace_id = a."workspaceId" and m.contact_id = a."contactId" and m.routing ->> 'options' is not null
              and m.sender_id = a."senderId" and m.direction = 'outbound' and (a."quotedId" is null or m.id = a."quotedId")
              and (o.state in ('dispatching', 'unknown') or s.status in ('accepted', 'sent', 'delivered', 'read', 'played', 'unknown_final'))
            order by m.id desc limit ${mostOffers}
          ) offer`,
    ),
  );
}

/** Takes answers of offers, each once, and gives the messages that were first. Two that come at once wait for each other. */
export async function claimChoices(
  db: Queryable,
  choices: { workspaceId: string; messageId: string; participantId: string | null; choice: Choice }[],
): Promise<Set<string>> {
  const rows = await db.query<{ messageId: string }>(
    prepared(
      'choice-claim',
      sql`insert into chosen_option (workspace_id, offer_id, number, participant_id, message_id)
          select "workspaceId", (choice ->> 'message_id')::uuid, (choice ->> 'number')::int, "participantId", "messageId"
          from jsonb_to_recordset(${JSON.stringify(choices)}::jsonb) as c(
            "workspaceId" uuid, "messageId" uuid, "participantId" uuid, choice jsonb)
          order by 1, 2, 3, 4, 5
          on conflict do nothing
          returning message_id as "messageId"`,
    ),
  );
  return new Set(rows.map(({ messageId }) => messageId));
}
