import type { AccountAccess, AccountReport, CredentialCheck, ProviderCalls } from '#channels/provider-account.ts';
import {
  failureOf,
  openSession,
  smtpPorts,
  type SmtpFailure,
  targetOf,
} from '#channels/providers/smtp/sending/session.ts';

const timeouts = { connectMs: 5_000, answerMs: 8_000 };

/** Signs in as a send would, and says in words what is wrong and what to do. Nothing is sent. */
export async function checkCredentials(
  calls: ProviderCalls,
  { settings, secrets, senderExternalId }: AccountAccess,
  callbackUrl: string | null,
): Promise<AccountReport> {
  const { host, port, tls } = targetOf(settings);
  const checks: CredentialCheck[] = [];
  const { connect } = calls;
  if (!connect) throw new Error('Mail needs calls that can connect.');
  try {
    const connection = await openSession(
      settings,
      secrets,
      (target) => connect.call(calls, { ...target, usualPorts: smtpPorts }),
      timeouts,
    );
    connection.quit();
    checks.push(
      right('reach', `${host} answers on port ${port}.`),
      right(
        'tls',
        tls === 'none' ? 'The connection stays on this machine and has no TLS.' : 'The connection is secured with TLS.',
      ),
      right('credentials', 'The server takes the user name and the password.'),
    );
  } catch (error) {
    checks.push(wrong(failureOf(error, 'CONN'), host, port));
  }
  checks.push(
    callbackUrl === null
      ? {
          name: 'webhooks',
          ok: false,
          message:
            'Bounces and answers cannot arrive: set CARILLON_PUBLIC_URL, then have the mailbox pass its mail on.',
        }
      : right(
          'webhooks',
          'Have the mailboxes of the sender and of bounces pass their mail on to the callback address.',
        ),
  );
  const displayName = settings.options['from_name'];
  return { checks, displayName: displayName === undefined ? senderExternalId : `${displayName} <${senderExternalId}>` };
}

function wrong({ command, replyCode, response, message }: SmtpFailure, host: string, port: number): CredentialCheck {
  const said = response
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
  if (command === 'AUTH') {
    return {
      name: 'credentials',
      ok: false,
      message: `The server did not sign us in: ${said || message}. Check user name and password; many providers want a password made for programs.`,
    };
  }
  if (command === 'STARTTLS' || /tls|certificate|ssl/i.test(message)) {
    return {
      name: 'tls',
      ok: false,
      message: `The connection to ${host}:${port} cannot be secured: ${said || message}. Port 465 wants "tls": "implicit", port 587 "starttls".`,
    };
  }
  const why = replyCode === null ? message : `it answered ${said || replyCode}`;
  return { name: 'reach', ok: false, message: `${host}:${port} cannot be used: ${why}.` };
}

function right(name: string, message: string): CredentialCheck {
  return { name, ok: true, message };
}
