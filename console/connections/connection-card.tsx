import { Button, Group, Text } from '@mantine/core';
import { wordsOf } from '#api.ts';
import { CopyButton } from '#shell/copy-button.tsx';
import { Ago } from '#shell/instant.tsx';
import { FactsTable } from '#trace/facts-table.tsx';
import { useChange, type Connection } from './connections.ts';
import { HealthWords } from './health-words.tsx';
import { KnownTemplates } from './known-templates.tsx';
import { ReasonButton } from '#shell/reason-button.tsx';
import { SenderRow } from './sender-row.tsx';
import { UltramsgPhone } from './ultramsg-phone.tsx';

/** One provider account: its health in words, what was checked, and its senders with their stop buttons. */
export function ConnectionCard({ connection }: { connection: Connection }) {
  const change = useChange();
  const { id, callback_url: callback } = connection;
  const failed = connection.checks.filter(({ ok }) => !ok);
  return (
    <section className="c-card" aria-labelledby={`name-${id}`}>
      <div className="c-card-head">
        <div>
          <h2 id={`name-${id}`}>{connection.name}</h2>
          <HealthWords health={connection.health} />
          {connection.warning !== null && (
            <Text size="sm" c="dimmed">
              {connection.warning}
            </Text>
          )}
        </div>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            loading={change.isPending}
            onClick={() => change.mutate({ what: 'check', id })}
          >
            Check again
          </Button>
          <Button
            size="xs"
            variant="default"
            loading={change.isPending}
            onClick={() => change.mutate({ what: 'subscribe', id })}
          >
            Subscribe webhooks
          </Button>
          {connection.status === 'paused' ? (
            <Button
              size="xs"
              loading={change.isPending}
              onClick={() => change.mutate({ what: 'resume_connection', id })}
            >
              Resume
            </Button>
          ) : (
            <ReasonButton
              label="Pause"
              title={`Pause ${connection.name}`}
              explanation="Its senders send nothing until somebody resumes it. Messages wait; nothing is lost."
              onReason={(reason) => change.mutate({ what: 'pause_connection', id, reason })}
            />
          )}
        </Group>
      </div>
      {change.isError && (
        <Text size="sm" c="red" role="alert">
          {wordsOf(change.error)}
        </Text>
      )}
      <h3>Webhooks</h3>
      <div className="c-command">
        <code>{callback ?? connection.webhook_path}</code>
        <CopyButton value={callback ?? connection.webhook_path} label="Copy the callback address" />
      </div>
      {!callback && (
        <p className="c-dim">
          Set CARILLON_PUBLIC_URL to see the whole address under which the provider reaches this server.
        </p>
      )}
      {connection.webhooks === 'unsigned' && (
        <p className="c-dim">
          This provider does not sign its webhooks. They are known by the secret part of the address alone: whoever
          learns it can forge receipts and answers.
        </p>
      )}
      <ul className="c-checks">
        {connection.has_challenge && (
          <Check
            label="Challenge"
            at={connection.challenge_seen_at}
            missing="not seen. Enter the callback address and the verify token at the provider, or subscribe."
          />
        )}
        <Check
          label="First webhook"
          at={connection.first_webhook_at}
          missing="none yet. It comes with the first receipt or answer."
        />
        {connection.last_webhook_at && <Check label="Last webhook" at={connection.last_webhook_at} missing="" />}
      </ul>
      {failed.length > 0 && (
        <>
          <h3>What is wrong with the account</h3>
          <ul className="c-checks">
            {failed.map((check) => (
              <li key={check.name} className="c-check-open">
                {check.message}
              </li>
            ))}
          </ul>
        </>
      )}
      {connection.provider === 'ultramsg' && <UltramsgPhone connectionId={id} />}
      <KnownTemplates connectionId={id} />
      <h3>Senders</h3>
      <ul className="c-cards">
        {connection.senders.map((sender) => (
          <li key={sender.id}>
            <SenderRow sender={sender} />
          </li>
        ))}
      </ul>
      <details className="c-more">
        <summary>Account</summary>
        <FactsTable
          detail={{
            id,
            provider: connection.provider,
            base_url: connection.base_url,
            api_version: connection.api_version,
            business_account_id: connection.business_account_id,
            messaging_account_id: connection.messaging_account_id,
            direct_send: connection.direct_send,
            app_id: connection.app_id,
          }}
        />
      </details>
    </section>
  );
}

function Check({ label, at, missing }: { label: string; at: string | null; missing: string }) {
  return (
    <li className={at ? 'c-check-done' : 'c-check-open'}>
      {label}: {at ? <Ago at={at} /> : missing}
    </li>
  );
}
