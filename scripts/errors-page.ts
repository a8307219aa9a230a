import type { ErrorEntry } from '#server/channels/provider.ts';
import { adapters } from '#server/channels/providers.ts';
import { cloudApi } from '#server/channels/providers/cloud-api/cloud-api.ts';
import { answerErrors, sendErrors } from '#server/channels/providers/cloud-api/errors/message-errors.ts';
import { managementErrors } from '#server/channels/providers/cloud-api/errors/management-errors.ts';

/** `docs/errors.md`: the error table for people. It is made from the rows that the code decides by. */
export function errorsPage(): string {
  const others = [...adapters.values()].filter(({ provider }) => provider.name !== cloudApi.name);
  return [
    '# Errors of providers',
    '',
    'What the codes of providers mean, what Carillon does by itself, and what is left to do: first those of the Cloud API, then',
    'those of the others. This page is made from the tables that Carillon decides by (`npm run generate`);',
    '`GET /v1/reference/errors` serves the same to programs.',
    '',
    'A code may come in the answer to a call, in a webhook later, or in either. "unknown" means that the provider does not say whether',
    'the message was taken: it is never sent again by itself, and its receipt settles it. A message that waits is not lost. "Page" means',
    'that somebody has to act now. Where another way is named, the same may be said by a template or on another channel.',
    '',
    `The Cloud API has ${sendErrors.length + managementErrors.length + answerErrors.length} rows.`,
    '',
    '## Messages',
    '',
    ...tableOf(sendErrors),
    '',
    '## Management',
    '',
    'What calls about templates, numbers, accounts, flows, groups and calls are answered. Nothing is repeated by itself.',
    '',
    ...tableOf(managementErrors),
    '',
    '## Answers without a code of Meta',
    '',
    'The names are ours.',
    '',
    ...tableOf(answerErrors),
    '',
    ...others.flatMap(({ title, errors }) => [
      `## ${title}`,
      '',
      `${errors.length} rows. What is no code of ${title} is a name of ours, for what it says in words or not at all.`,
      '',
      ...tableOf(errors),
      '',
    ]),
  ].join('\n');
}

function tableOf(rows: readonly ErrorEntry[]): string[] {
  return [
    '| code | HTTP | comes in | meaning | Carillon | another way | page | what to do | what to tell the sender | since |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...rows.map((row) => {
      const cells = [
        codeOf(row),
        row.httpStatus === null ? '–' : String(row.httpStatus),
        comesIn[row.shows],
        row.title,
        actionOf(row),
        row.reroute === null ? 'no' : otherWays[row.reroute],
        row.pages ? 'yes' : 'no',
        row.advice,
        row.tell,
        row.since,
      ];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    }),
  ];
}

const comesIn = { answer: 'the answer', webhook: 'a webhook', both: 'either' } as const;
const otherWays = { template: 'a template', channel: 'another channel' } as const;

function codeOf({ code, subcodeOf }: ErrorEntry): string {
  const [general, subcode] = code.split('.');
  if (subcode !== undefined) return /^\d+$/.test(subcode) ? `${general} subcode ${subcode}` : `${general} (${subcode})`;
  return subcodeOf === undefined ? code : `${code}, or ${subcodeOf} subcode ${code}`;
}

/** What happens without anybody doing something. */
function actionOf(row: ErrorEntry): string {
  const parts = [reactionOf(row)];
  if (row.suppress === 'stop') parts.push('the person gets nothing more on this channel until they ask for it');
  if (row.suppress === 'marketing_stop') parts.push('the person gets no more marketing');
  if (row.waitSeconds !== undefined && row.reaction === 'fail')
    parts.push(`it can succeed after ${durationOf(row.waitSeconds)}`);
  if (row.reaction === 'fail') parts.push(mendedBy[row.remedy]);
  return parts.filter((part) => part !== '').join('; ');
}

const mendedBy: Record<ErrorEntry['remedy'], string> = {
  wait: 'time has to pass',
  receipt: '',
  content: 'the content has to change',
  template: 'the template has to change',
  request: 'it has to be asked for in another way',
  account: 'the account has to change',
  none: 'nothing the business does helps',
};

function reactionOf(row: ErrorEntry): string {
  const pause = `after ${durationOf(row.delaySeconds ?? 1)}, growing by ${row.backoffFactor ?? 2}`;
  switch (row.reaction) {
    case 'retry':
      return `tries again ${pause}`;
    case 'retry_pair':
      return `tries again ${pause}; only this person waits`;
    case 'retry_sender':
      return `tries again ${pause}; only this number slows down`;
    case 'pause_sender':
      return 'holds everything of this number';
    case 'pause_connection':
      return 'holds everything of this connection';
    case 'unknown':
      return 'unknown';
    case 'fail':
      return 'does not try again';
  }
}

function durationOf(seconds: number): string {
  for (const [size, name] of [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ] as const) {
    if (seconds >= size && seconds % size === 0) return `${seconds / size} ${name}${seconds === size ? '' : 's'}`;
  }
  return `${seconds} second${seconds === 1 ? '' : 's'}`;
}
