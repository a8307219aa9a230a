import type { FastifyInstance } from 'fastify';
import {
  type BusinessNumber,
  type Credentials,
  type SandboxApp,
  changeApp,
  newApp,
  newToken,
  saveCredentials,
} from '#cloud-api/credentials.ts';
import { newDigits, newSecret } from '#cloud-api/ids.ts';
import type { Templates } from '#cloud-api/templates.ts';
import type { OtherProvider } from '#other-provider.ts';
import { Refusal, notFound } from './refusal.ts';

interface Deps {
  credentials: Credentials;
  credentialsPath: string;
  templates: Templates;
  others: readonly OtherProvider[];
  address: () => string;
}

interface NewNumber {
  display_phone_number?: string;
  verified_name?: string;
  waba_id?: string;
}

interface AppChange {
  name?: string;
  waba_ids?: string[];
  graph_version?: string;
  webhook_version?: number | null;
  require_app_secret_proof?: boolean | null;
  new_secret?: boolean;
  new_tokens?: boolean;
}

/** Apps, accounts and numbers: what there is, and how to get more of it. */
export function appRoutes(app: FastifyInstance, deps: Deps): void {
  const { credentials, credentialsPath, templates, address } = deps;

  app.get('/_sandbox/credentials', () => describeCredentials(credentials, deps.others, address()));

  app.post<{ Body: NewNumber }>(
    '/_sandbox/phone_numbers',
    { schema: { body: NEW_NUMBER_SCHEMA } },
    async (request, reply) => {
      const count = credentials.phone_numbers.length;
      if (count >= 20) throw new Refusal('The sandbox has at most 20 business numbers');
      const number: BusinessNumber = {
        phone_number_id: newDigits(15),
        display_phone_number: request.body.display_phone_number ?? `+1 555 078 ${String(3881 + count)}`,
        verified_name: request.body.verified_name ?? `Carillon Sandbox ${count + 1}`,
        waba_id: getWaba(request.body.waba_id ?? credentials.waba_id),
      };
      credentials.phone_numbers.push(number);
      await save();
      return reply.code(201).send(number);
    },
  );

  app.post<{ Body: { name?: string; app_ids?: string[] } }>(
    '/_sandbox/wabas',
    { schema: { body: NEW_WABA_SCHEMA } },
    async (request, reply) => {
      const count = credentials.wabas.length;
      if (count >= 20) throw new Refusal('The sandbox has at most 20 accounts');
      const apps = (request.body.app_ids ?? [credentials.app_id]).map(getApp);
      const waba = { waba_id: newDigits(15), name: request.body.name ?? `Carillon Sandbox Business ${count + 1}` };
      credentials.wabas.push(waba);
      for (const each of apps) each.waba_ids.push(waba.waba_id);
      templates.addFirstTemplatesTo(waba.waba_id);
      await save();
      return reply.code(201).send(waba);
    },
  );

  app.post<{ Body: { name?: string; waba_ids?: string[] } }>(
    '/_sandbox/apps',
    { schema: { body: NEW_APP_SCHEMA } },
    async (request, reply) => {
      const count = credentials.apps.length;
      if (count >= 20) throw new Refusal('The sandbox has at most 20 apps');
      const wabaIds = (request.body.waba_ids ?? [credentials.waba_id]).map(getWaba);
      const added = newApp(request.body.name ?? `Carillon Sandbox App ${count + 1}`, wabaIds);
      credentials.apps.push(added);
      await save();
      return reply.code(201).send(added);
    },
  );

  app.patch<{ Params: { id: string }; Body: AppChange }>(
    '/_sandbox/apps/:id',
    { schema: { body: APP_CHANGE_SCHEMA } },
    async (request) => {
      const changed = getApp(request.params.id);
      const { new_secret: isNewSecret, new_tokens: isNewToken, ...change } = request.body;
      for (const wabaId of change.waba_ids ?? []) getWaba(wabaId);
      changeApp(credentials, changed, {
        ...change,
        ...(isNewSecret ? { app_secret: newSecret(16) } : {}),
        ...(isNewToken ? { access_token: newToken('EAAS'), limited_access_token: newToken('EAAL') } : {}),
      });
      await save();
      return changed;
    },
  );

  function save(): Promise<void> {
    return saveCredentials(credentialsPath, credentials);
  }

  function getApp(id: string): SandboxApp {
    const found = credentials.apps.find((each) => each.app_id === id);
    if (!found) throw notFound(`The app ${id.slice(0, 100)}`);
    return found;
  }

  function getWaba(id: string): string {
    if (credentials.wabas.some((waba) => waba.waba_id === id)) return id;
    throw notFound(`The account ${id.slice(0, 100)}`);
  }
}

function describeCredentials(credentials: Credentials, others: readonly OtherProvider[], baseUrl: string) {
  const [number] = credentials.phone_numbers;
  const account = {
    base_url: baseUrl,
    access_token: credentials.access_token,
    limited_access_token: credentials.limited_access_token,
    phone_number_id: number?.phone_number_id,
    display_phone_number: number?.display_phone_number,
    verified_name: number?.verified_name,
    waba_id: credentials.waba_id,
    app_id: credentials.app_id,
    app_secret: credentials.app_secret,
    verify_token: credentials.verify_token,
    foreign_phone_number_id: credentials.foreign_phone_number_id,
    phone_numbers: credentials.phone_numbers,
  };
  const { apps, wabas } = credentials;
  const described = Object.fromEntries(others.map((other) => [other.name, other.describe(baseUrl)]));
  return { ...account, apps, wabas, ...described, providers: { whatsapp_cloud: account, ...described } };
}

const ID = { type: 'string', pattern: '^\\d{1,20}$' } as const;
const NAME = { type: 'string', minLength: 1, maxLength: 100 } as const;
const IDS = { type: 'array', minItems: 1, maxItems: 20, uniqueItems: true, items: ID } as const;

const NEW_NUMBER_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    display_phone_number: { type: 'string', pattern: '^\\+[\\d ()-]{7,30}$' },
    verified_name: NAME,
    waba_id: ID,
  },
} as const;

const NEW_WABA_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { name: NAME, app_ids: IDS },
} as const;

const NEW_APP_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { name: NAME, waba_ids: IDS },
} as const;

const APP_CHANGE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    name: NAME,
    waba_ids: IDS,
    graph_version: { type: 'string', pattern: '^v\\d{1,2}\\.\\d$' },
    webhook_version: { type: ['integer', 'null'], minimum: 13, maximum: 99 },
    require_app_secret_proof: { type: ['boolean', 'null'] },
    new_secret: { type: 'boolean' },
    new_tokens: { type: 'boolean' },
  },
} as const;
