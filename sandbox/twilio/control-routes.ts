import type { FastifyInstance } from 'fastify';
import { Refusal, notFound } from '#control/refusal.ts';
import type { AccountFile } from './account.ts';
import type { Callbacks } from './callbacks.ts';
import type { ApprovalStatus, Contents } from './contents.ts';
import type { Numbers } from './numbers.ts';
import type { SandboxClock } from '#storage/clock.ts';

interface Deps {
  clock: SandboxClock;
  file: AccountFile;
  callbacks: Callbacks;
  contents: Contents;
  numbers: Numbers;
}

type Of = { Params: { sid: string } };

/** What happens to the account at Twilio or WhatsApp, by hand, and what the business was told. */
export function twilioControlRoutes(app: FastifyInstance, { clock, file, callbacks, contents, numbers }: Deps): void {
  app.get<{ Querystring: { after?: string; limit?: string } }>(
    '/_sandbox/twilio/callbacks',
    { schema: { querystring: PAGE_SCHEMA } },
    (request) => {
      const limit = Number(request.query.limit ?? 1000);
      const data = callbacks.views(Number(request.query.after ?? 0), limit);
      return { data, next_after: data.length === limit ? (data.at(-1)?.seq ?? null) : null };
    },
  );

  app.post<{ Body: { action: 'add' | 'promote' } }>(
    '/_sandbox/twilio/auth_token',
    { schema: { body: TOKEN_SCHEMA } },
    async (request) => {
      const { account } = file;
      if (request.body.action === 'add') await file.addToken();
      else if (account.secondary_auth_token === null) throw new Refusal('There is no second token', 'action', 409);
      else await file.promoteToken();
      return { auth_token: account.auth_token, secondary_auth_token: account.secondary_auth_token };
    },
  );

  app.patch<Of & { Body: { status?: ApprovalStatus; category?: string } }>(
    '/_sandbox/twilio/contents/:sid',
    { schema: { body: CONTENT_SCHEMA } },
    (request) => {
      const content = contents.find(request.params.sid);
      if (!content) throw notFound(`The template ${request.params.sid.slice(0, 100)}`);
      contents.change(content, { approval: { ...content.approval, ...request.body }, updated_at: clock.now() });
      return content;
    },
  );

  app.patch<Of & { Body: { has_whatsapp: boolean } }>(
    '/_sandbox/twilio/phone_numbers/:sid',
    { schema: { body: NUMBER_SCHEMA } },
    (request) => {
      const number = numbers.find(request.params.sid);
      if (!number) throw notFound(`The number ${request.params.sid.slice(0, 100)}`);
      numbers.change(number, request.body, clock.now());
      return number;
    },
  );
}

const PAGE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    after: { type: 'string', pattern: '^\\d{1,15}$' },
    limit: { type: 'string', pattern: '^[1-9]\\d{0,3}$' },
  },
} as const;

const TOKEN_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['action'],
  properties: { action: { enum: ['add', 'promote'] } },
} as const;

const CONTENT_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    status: { enum: ['unsubmitted', 'received', 'pending', 'approved', 'rejected', 'paused', 'disabled'] },
    category: { enum: ['UTILITY', 'MARKETING', 'AUTHENTICATION'] },
  },
} as const;

const NUMBER_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['has_whatsapp'],
  properties: { has_whatsapp: { type: 'boolean' } },
} as const;
