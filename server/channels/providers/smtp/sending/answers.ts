import type { ErrorReaction, ProviderError, ProviderResponse, SendOutcome } from '#channels/provider.ts';
import { namedRow, reactionTo, readReply } from '#channels/providers/smtp/errors/errors.ts';

/** The last answer of the server, and to what it was given. The transport writes it, `readSendAnswer` reads it. */
export interface SmtpReply {
  command: 'CONN' | 'STARTTLS' | 'AUTH' | 'MAIL FROM' | 'RCPT TO' | 'DATA';
  response: string;
  messageId: string;
}

const commands: readonly unknown[] = ['CONN', 'STARTTLS', 'AUTH', 'MAIL FROM', 'RCPT TO', 'DATA'];
const ofSender = new Set(['4.3.2', '4.7.28', '421', '454']);

/**
 * Reads what the transport heard; the reply code stands for the status of HTTP. The server has the message when, and only
 * when, it said 2xx to the whole of it; whatever it said before that, it has nothing.
 */
export function readSendAnswer(response: ProviderResponse, _now: Temporal.Instant): SendOutcome {
  const { httpStatus: replyCode } = response;
  const reply = readSmtpReply(response);
  if (!reply) return { outcome: 'unknown', reason: `reply ${replyCode} that cannot be read`, httpStatus: replyCode };
  if (reply.command === 'DATA' && replyCode >= 200 && replyCode < 300)
    return { outcome: 'accepted', providerMessageIds: [reply.messageId] };
  if (replyCode < 400 || replyCode > 599) {
    const reason = `the server answered ${replyCode} to ${reply.command}, which means nothing there`;
    return { outcome: 'unknown', reason, httpStatus: replyCode };
  }
  const error = readReply(reply.response, replyCode);
  const row = rowOf(reply.command, error, replyCode);
  const named = { ...error, title: row.title };
  return ofSender.has(row.code)
    ? { outcome: 'throttled', scope: 'sender', error: named, row }
    : { outcome: 'rejected', error: named, row };
}

/** The same refusal means another thing to each command: 550 to the sender says nothing of the recipient. */
function rowOf(command: SmtpReply['command'], error: ProviderError, replyCode: number): ErrorReaction {
  const row = reactionTo(error);
  if (replyCode < 500 || row.reaction.startsWith('pause')) return row;
  if (command === 'AUTH') return namedRow('sign_in_refused');
  return command === 'MAIL FROM' && row.remedy !== 'content' ? namedRow('sender_refused') : row;
}

function readSmtpReply({ body, truncated }: ProviderResponse): SmtpReply | undefined {
  if (truncated) return undefined;
  try {
    const reply = JSON.parse(new TextDecoder().decode(body)) as Partial<SmtpReply> | null;
    const { command, response, messageId } = reply ?? {};
    const isWhole = commands.includes(command) && typeof response === 'string' && typeof messageId === 'string';
    return isWhole && messageId.startsWith('<') ? (reply as SmtpReply) : undefined;
  } catch {
    return undefined;
  }
}
