import { Type } from 'typebox';
import { actorOf, recordAudit } from '#accounts/accounts.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { type Caller, callerOf, type HttpServer } from '#platform/http.ts';
import { callsWithin } from '#platform/outgoing.ts';
import { nullable, oneOf, strictObject, uuid } from '#platform/schema.ts';
import type { TraceContext } from '#platform/trace-context.ts';
import type { ConnectionDirectory } from './connection-directory.ts';
import { type ConnectionDeps, getConnection } from './connections.ts';
import type { AccountAccess, ProviderCalls } from './provider-account.ts';
import {
  changeSettings,
  checkContact,
  clearable,
  clearMessages,
  logOut,
  readInstanceSettings,
  readInstanceStatus,
  readLinkedPhone,
  readQr,
  readQueue,
  restart,
} from './providers/ultramsg/account/instance-calls.ts';
import type { InstanceSettings } from './providers/ultramsg/account/instance-settings.ts';
import { providerName } from './providers/ultramsg/provider-name.ts';

export interface UltramsgRoutesDeps extends Pick<ConnectionDeps, 'calls'> {
  /** The pool whose role row level security binds. */
  db: Database;
  directory: ConnectionDirectory;
}

const count = (description: string) => nullable(Type.Integer({ description }));
const counts = strictObject(
  {
    queue: count('They wait; with ten or more UltraMsg sends one in 15 seconds'),
    sent: count('Handed to WhatsApp'),
    unsent: count('Refused by WhatsApp, mostly for their content'),
    invalid: count('To numbers that are not on WhatsApp'),
    expired: count('They waited for a day'),
  },
  { description: 'Messages at UltraMsg; null where it did not say' },
);
const status = strictObject({
  status: Type.String({ description: 'In the words of UltraMsg; "authenticated" when the phone is linked' }),
  substatus: nullable(Type.String()),
  linked: Type.Boolean(),
  detail: Type.String({ description: 'What to do' }),
  phone: nullable(Type.String()),
  display_name: nullable(Type.String()),
  messages: counts,
});
const seconds = (description: string) => Type.Integer({ minimum: 1, maximum: 3600, description });
const settings = strictObject({
  send_delay_seconds: nullable(Type.Number({ description: 'Between messages while fewer than ten wait' })),
  send_delay_max_seconds: nullable(Type.Number({ description: 'Between messages while ten or more wait' })),
  webhook_retries: nullable(Type.Integer()),
  webhooks_come_here: nullable(Type.Boolean({ description: 'Null while the public address is not known' })),
});

const path = strictObject({ id: uuid() });
const read = { access: { scope: 'connections:read' }, shed: 'ui' } as const;
const write = { access: { scope: 'connections:write' }, shed: 'ui' } as const;
const tags = ['ultramsg'];
const done = { 204: Type.Null() };

/** What only UltraMsg has: an instance whose phone is linked by a QR code, and a queue of its own. */
export function ultramsgRoutes(server: HttpServer, { db, directory, calls }: UltramsgRoutesDeps): void {
  interface Instance {
    caller: Caller;
    calls: ProviderCalls;
    access: AccountAccess;
    webhookUrl: string | null;
  }

  /** The caller's own instance. Throws `not_found`, also for another workspace's, and `conflict` for another provider's. */
  async function instanceOf(
    request: { params: { id: string }; trace: TraceContext },
    caller: Caller,
  ): Promise<Instance> {
    const { id } = request.params;
    const row = await withWorkspace(db, caller.workspaceId, (tx) => getConnection(tx, caller.workspaceId, id));
    if (row.provider !== providerName)
      throw new Fault('conflict', { detail: `This connection is one of ${row.provider}, not of UltraMsg.` });
    if (!directory.connectionById(id)) await directory.refresh();
    const found = directory.connectionById(id);
    if (!found) throw new Error(`The directory does not have the connection ${id}.`);
    const { settings: own, secrets } = found;
    return {
      caller,
      calls: callsWithin(calls, request.trace),
      access: { settings: own, secrets, senderExternalId: own.businessAccountId },
      webhookUrl: own.webhookUrl,
    };
  }

  /** Written down before it is done: what a call without an answer did may not be known, but who asked for it is. */
  async function audited(instance: Instance, id: string, action: string, details: Record<string, unknown> = {}) {
    const { workspaceId } = instance.caller;
    await withWorkspace(db, workspaceId, (tx) =>
      recordAudit(tx, {
        workspaceId,
        actor: actorOf(instance.caller),
        action: `ultramsg.${action}`,
        subject: `connection:${id}`,
        details,
      }),
    );
  }

  server.get(
    '/v1/connections/:id/ultramsg/status',
    {
      config: read,
      schema: {
        operationId: 'getUltramsgStatus',
        summary: 'Whether the phone is linked, and what waits',
        tags,
        params: path,
        response: { 200: status },
      },
    },
    async (request) => {
      const instance = await instanceOf(request, callerOf(request));
      const [found, queue, owner] = await Promise.all([
        readInstanceStatus(instance.calls, instance.access),
        readQueue(instance.calls, instance.access),
        readLinkedPhone(instance.calls, instance.access),
      ]);
      return {
        status: found.status,
        substatus: found.substatus,
        linked: found.isAuthenticated,
        detail: found.words,
        phone: owner.phone ?? null,
        display_name: owner.displayName ?? null,
        messages: {
          queue: queue.queue ?? null,
          sent: queue.sent ?? null,
          unsent: queue.unsent ?? null,
          invalid: queue.invalid ?? null,
          expired: queue.expired ?? null,
        },
      };
    },
  );

  server.get(
    '/v1/connections/:id/ultramsg/qr',
    {
      config: { ...write, kind: 'stream' },
      schema: {
        operationId: 'getUltramsgQr',
        summary: 'The QR code that links a phone, as a PNG',
        description: 'Whoever scans it gives their WhatsApp account to this instance. It changes every half minute.',
        tags,
        params: path,
      },
    },
    async (request, reply) => {
      const instance = await instanceOf(request, callerOf(request));
      const picture = await readQr(instance.calls, instance.access);
      return reply.type('image/png').header('cache-control', 'no-store').send(picture);
    },
  );

  server.post(
    '/v1/connections/:id/ultramsg/restart',
    {
      config: write,
      schema: {
        operationId: 'restartUltramsg',
        summary: 'Restart the instance',
        tags,
        params: path,
        response: done,
      },
    },
    async (request, reply) => {
      const instance = await instanceOf(request, callerOf(request));
      await audited(instance, request.params.id, 'restart');
      await restart(instance.calls, instance.access);
      return reply.code(204).send(null);
    },
  );

  server.post(
    '/v1/connections/:id/ultramsg/logout',
    {
      config: write,
      schema: {
        operationId: 'logOutUltramsg',
        summary: 'Unlink the phone',
        description: 'Nothing is sent until a phone is linked again by the QR code.',
        tags,
        params: path,
        response: done,
      },
    },
    async (request, reply) => {
      const instance = await instanceOf(request, callerOf(request));
      await audited(instance, request.params.id, 'logout');
      await logOut(instance.calls, instance.access);
      return reply.code(204).send(null);
    },
  );

  server.post(
    '/v1/connections/:id/ultramsg/clear',
    {
      config: write,
      schema: {
        operationId: 'clearUltramsg',
        summary: 'Drop messages that UltraMsg did not send',
        description:
          'What waits there was accepted here and is not sent again by itself. The list of sent messages stays: unknown outcomes are settled by it.',
        tags,
        params: path,
        body: strictObject({ status: oneOf(clearable) }),
        response: done,
      },
    },
    async (request, reply) => {
      const instance = await instanceOf(request, callerOf(request));
      await audited(instance, request.params.id, 'clear', { status: request.body.status });
      await clearMessages(instance.calls, instance.access, request.body.status);
      return reply.code(204).send(null);
    },
  );

  server.get(
    '/v1/connections/:id/ultramsg/settings',
    {
      config: read,
      schema: {
        operationId: 'getUltramsgSettings',
        summary: 'The settings of the instance',
        tags,
        params: path,
        response: { 200: settings },
      },
    },
    async (request) => {
      const instance = await instanceOf(request, callerOf(request));
      return presentSettings(await readInstanceSettings(instance.calls, instance.access), instance.webhookUrl);
    },
  );

  server.post(
    '/v1/connections/:id/ultramsg/settings',
    {
      config: write,
      schema: {
        operationId: 'changeUltramsgSettings',
        summary: 'Change settings of the instance; what is absent stays',
        tags,
        params: path,
        body: strictObject({
          send_delay_seconds: Type.Optional(seconds('Between messages while fewer than ten wait; UltraMsg advises 5')),
          send_delay_max_seconds: Type.Optional(
            seconds('Between messages while ten or more wait; UltraMsg advises 20 to 25'),
          ),
          webhook_retries: Type.Optional(Type.Integer({ minimum: 0, maximum: 10 })),
        }),
        response: { 200: settings },
      },
    },
    async (request) => {
      const instance = await instanceOf(request, callerOf(request));
      const { body } = request;
      await audited(instance, request.params.id, 'change_settings', { ...body });
      const changed = await changeSettings(instance.calls, instance.access, (current) => ({
        ...current,
        ...(body.send_delay_seconds === undefined ? undefined : { sendDelay: body.send_delay_seconds }),
        ...(body.send_delay_max_seconds === undefined ? undefined : { sendDelayMax: body.send_delay_max_seconds }),
        ...(body.webhook_retries === undefined ? undefined : { webhook_retries: body.webhook_retries }),
      }));
      return presentSettings(changed, instance.webhookUrl);
    },
  );

  server.post(
    '/v1/connections/:id/ultramsg/contact-check',
    {
      config: write,
      schema: {
        operationId: 'checkUltramsgContact',
        summary: 'Whether a number is on WhatsApp',
        description: 'UltraMsg remembers the answer for three days.',
        tags,
        params: path,
        body: strictObject({
          phone: Type.String({ pattern: '^\\+[1-9][0-9]{5,14}$', description: 'E.164' }),
          fresh: Type.Optional(Type.Boolean({ description: 'Look again, whatever is remembered' })),
        }),
        response: { 200: strictObject({ phone: Type.String(), on_whatsapp: Type.Boolean() }) },
      },
    },
    async (request) => {
      const instance = await instanceOf(request, callerOf(request));
      const { phone, fresh } = request.body;
      return { phone, on_whatsapp: await checkContact(instance.calls, instance.access, phone, fresh ?? false) };
    },
  );
}

// The address for webhooks has the key by which they are known, so it is compared here and told to nobody.
function presentSettings(told: InstanceSettings, webhookUrl: string | null) {
  return {
    send_delay_seconds: told.sendDelay ?? null,
    send_delay_max_seconds: told.sendDelayMax ?? null,
    webhook_retries: told.webhook_retries ?? null,
    webhooks_come_here: webhookUrl === null ? null : told.webhook_url === webhookUrl,
  };
}
