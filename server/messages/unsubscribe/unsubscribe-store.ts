import { type Queryable, sql } from '#platform/database.ts';

export interface Recipient {
  workspaceId: string;
  contactId: string;
  channel: 'email';
  /** As people know the sender. */
  senderName: string;
  isSuppressed: boolean;
}

/** Who a message of a connection went to; also after the connection was removed, since its mails are still read. */
export async function findRecipient(
  db: Queryable,
  connectionId: string,
  messageId: string,
): Promise<Recipient | undefined> {
  const [row] = await db.query<Recipient>(sql`
    select m.workspace_id as "workspaceId", c.id as "contactId", 'email' as channel,
           coalesce(s.display_name, s.external_id) as "senderName",
           exists (select 1 from suppression p where p.workspace_id = c.workspace_id and p.contact_id = c.id
                   and p.channel = 'email' and p.kind = 'marketing_stop') as "isSuppressed"
    from connection n
    join message m on m.workspace_id = n.workspace_id and m.id = ${messageId}::uuid and m.direction = 'outbound'
    join sender s on s.workspace_id = m.workspace_id and s.id = m.sender_id and s.connection_id = n.id
    join contact asked on asked.workspace_id = m.workspace_id and asked.id = m.contact_id
    join contact c on c.workspace_id = asked.workspace_id and c.id = coalesce(asked.merged_into, asked.id)
    where n.id = ${connectionId}::uuid`);
  return row;
}
