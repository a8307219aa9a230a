import { ACCOUNT_SCHEMA, NUMBER_SCHEMA } from '#control/account-routes.ts';
import { SWITCHES_SCHEMA } from '#control/people-routes.ts';
import { SETTINGS_SCHEMA } from '#control/settings.ts';
import { CHANGE_SCHEMA } from '#control/template-routes.ts';
import { RULES_SCHEMA } from '#faults/rules.ts';
import { LOCALES } from './names.ts';

// JSON Schema, with one keyword of our own: `written` names a form of spans.ts.

const text = { type: 'string', minLength: 1, maxLength: 4096 } as const;
const name = { type: 'string', pattern: '^[a-z0-9_-]{1,64}$' } as const;
const messages = {
  type: 'array',
  minItems: 1,
  maxItems: 1000,
  items: { type: 'object', required: ['type'], properties: { type: text } },
} as const;
const texts = { type: 'array', minItems: 1, maxItems: 1000, items: text } as const;
const duration = { written: 'duration' } as const;
const span = { written: 'span' } as const;
const chance = { written: 'chance' } as const;
const moment = { written: 'moment' } as const;

function object<Properties extends object>(properties: Properties, required: (keyof Properties & string)[] = []) {
  return { type: 'object', additionalProperties: false, required, properties };
}

const answers = {
  type: 'array',
  minItems: 1,
  maxItems: 100,
  items: object({
    to: { anyOf: [text, texts] },
    containing: text,
    chance,
    after: span,
    most: { type: 'integer', minimum: 1, maximum: 1000 },
    texts,
    messages,
    tap: { type: 'integer', minimum: 1, maximum: 10 },
    pays: { enum: ['captured', 'pending', 'failed'] },
  }),
};

const selection = { group: name, share: chance } as const;
const speech = object({ ...selection, over: duration, texts, messages }, ['group']);
const when = object({ at: moment, after: duration });

const behaviour = object({
  never_reads: chance,
  reads_after: span,
  blocks: chance,
  blocks_after: span,
  offline: object({ share: chance, until: when }, ['until']),
  answers,
});

const group = object(
  {
    group: name,
    count: { type: 'integer', minimum: 1, maximum: 100_000 },
    phone: {
      type: 'string',
      pattern: '^\\+\\d{7,15}$',
      description: 'a phone number in quotes such as "+15552001001"',
    },
    names: { type: 'array', minItems: 1, maxItems: 10_000, items: { type: 'string', minLength: 1, maxLength: 200 } },
    locale: { enum: LOCALES },
    behaviour,
  },
  ['group', 'count'],
);

const step = object({
  at: moment,
  after: duration,
  every: duration,
  times: { type: 'integer', minimum: 2, maximum: 10_000 },
  for: duration,
  write: speech,
  send: speech,
  change: object({ ...selection, set: SWITCHES_SCHEMA }, ['group', 'set']),
  close_windows: object(selection, ['group']),
  fault: object({ match: RULES_SCHEMA.properties.rules.items.properties.match, action: { type: 'object' } }, [
    'action',
  ]),
  webhooks: { enum: ['lost', 'doubled', 'shuffled', 'rebatched'] },
  settings: SETTINGS_SCHEMA,
  template: { ...object({ name: text, ...CHANGE_SCHEMA.properties }, ['name']), minProperties: 2 },
  number: object({ place: { type: 'integer', minimum: 1, maximum: 20 }, ...NUMBER_SCHEMA.properties }),
  account: ACCOUNT_SCHEMA,
  call: object(
    {
      method: { enum: ['POST', 'PATCH', 'DELETE'] },
      path: { type: 'string', pattern: '^/_sandbox/[!-~]{1,500}$', description: 'a path that begins with /_sandbox/' },
      body: { type: 'object' },
    },
    ['method', 'path'],
  ),
});

const expectation = object(
  {
    ledger: object({ outcome: text, type: text, group: name }),
    statuses: object({ status: text, error_code: { type: 'integer' }, group: name }),
    inbound: object({ type: text, group: name }),
    people: object({
      group: name,
      blocked: { type: 'boolean' },
      online: { type: 'boolean' },
      marketing_opted_out: { type: 'boolean' },
    }),
    webhooks: object({ delivered: { type: 'boolean' } }),
    count: { written: 'count' },
  },
  ['count'],
);

/** JSON Schema of a whole scenario. What it cannot say is in `scenario-rules.ts`. */
export const SCENARIO_SCHEMA = object(
  {
    name: { type: 'string', minLength: 1, maxLength: 200 },
    about: text,
    seed: { type: 'integer', minimum: 0, maximum: 4_294_967_295 },
    clock: object(
      {
        kind: { enum: ['real', 'virtual'] },
        start: moment,
        zone: text,
        speed: { anyOf: [{ type: 'number', minimum: 0.01, maximum: 1_000_000 }, { const: 'max' }] },
        settle: duration,
      },
      ['kind'],
    ),
    settings: SETTINGS_SCHEMA,
    people: { type: 'array', minItems: 1, maxItems: 100, items: group },
    business: object({ answers }, ['answers']),
    timeline: { type: 'array', minItems: 1, maxItems: 10_000, items: step },
    ends: when,
    expect: { type: 'array', minItems: 1, maxItems: 1000, items: expectation },
  },
  ['name'],
);
