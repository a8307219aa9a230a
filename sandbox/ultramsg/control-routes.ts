import type { FastifyInstance } from 'fastify';
import type { LiveChanges } from '#control/events.ts';
import { Refusal, notFound } from '#control/refusal.ts';
import type { People } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { jidOfPerson, readAddress } from './addresses.ts';
import { newMessageId } from './identifiers.ts';
import { INSTANCE_STATES, type Instance, type InstanceState, isConnected, statusOf } from './instance.ts';
import type { UltraMsg } from './ultramsg.ts';
import type { Settings } from '#control/settings.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  people: People;
  changes: LiveChanges;
  ultramsg: UltraMsg;
}

type WhichInstance = { Params: { id: string } };

interface Change {
  state?: InstanceState;
  offline?: boolean;
  paid?: boolean;
}

/** What happens to instances: their phones, their sessions, their bills. */
export function ultraMsgControlRoutes(
  app: FastifyInstance,
  { clock, settings, people, changes, ultramsg }: Deps,
): void {
  const { instances, sending } = ultramsg;

  app.get('/_sandbox/ultramsg/instances', () => ({ data: instances.list().map((each) => view(each)) }));

  app.post<{ Body: { phone?: string; name?: string } }>(
    '/_sandbox/ultramsg/instances',
    { schema: { body: NEW_INSTANCE_SCHEMA } },
    async (request, reply) => {
      if (instances.list().length >= 20) throw new Refusal('The sandbox has at most 20 instances');
      return reply.code(201).send(view(instances.add(request.body)));
    },
  );

  app.get<WhichInstance>('/_sandbox/ultramsg/instances/:id', (request) => view(getInstance(request.params.id)));

  app.patch<WhichInstance & { Body: Change }>(
    '/_sandbox/ultramsg/instances/:id',
    { schema: { body: CHANGE_SCHEMA } },
    (request) => {
      const instance = getInstance(request.params.id);
      const { state = instance.state, offline = instance.is_offline, paid = instance.is_paid } = request.body;
      changeTo(instance, { state, is_offline: offline, is_paid: paid });
      return view(instance);
    },
  );

  app.post<WhichInstance>('/_sandbox/ultramsg/instances/:id/scan', (request) => {
    const instance = getInstance(request.params.id);
    if (instance.state === 'authenticated') throw new Refusal('The instance shows no QR code: it is linked', null, 409);
    changeTo(instance, { state: 'authenticated' });
    return view(instance);
  });

  app.post<WhichInstance & { Body: { to: string; body: string } }>(
    '/_sandbox/ultramsg/instances/:id/messages',
    { schema: { body: OWN_MESSAGE_SCHEMA } },
    (request) => {
      const instance = getInstance(request.params.id);
      const address = readAddress(request.body.to, settings);
      const waId = address?.kind === 'phone' ? address.waId : undefined;
      if (waId === undefined) throw new Refusal('to is not a phone number', 'to');
      const person = people.findByWaId(waId) ?? people.add({ phone: `+${waId}` });
      const jid = jidOfPerson(person, settings);
      const { body } = request.body;
      const message = {
        id: newMessageId('business', jid),
        instance_id: instance.id,
        person_id: person.id,
        group_id: null,
        member_acks: {},
        from: 'business' as const,
        jid,
        to: `${waId}@c.us`,
        at: clock.now(),
        type: 'chat',
        body,
        content: { type: 'text', text: { body } },
        quoted_id: null,
        media_id: null,
        media: '',
        ack: 'pending' as const,
        status: 'accepted' as const,
        reactions: [],
        deleted_at: null,
        edited_at: null,
        api_id: null,
        reference_id: null,
      };
      ultramsg.conversations.change(message);
      ultramsg.chats.show(message);
      void ultramsg.tell(message, 'message_create', { ack: 'pending' });
      ultramsg.acks.start(message);
      return { id: message.id };
    },
  );

  app.post<WhichInstance & { Body: { name: string; people: string[] } }>(
    '/_sandbox/ultramsg/instances/:id/groups',
    { schema: { body: NEW_GROUP_SCHEMA } },
    async (request, reply) => {
      const instance = getInstance(request.params.id);
      const members = request.body.people.map((who) => {
        const person = people.find(who);
        if (!person) throw new Refusal(`people has ${who.slice(0, 100)}, who is not known to the sandbox`, 'people');
        return person.id;
      });
      const { name } = request.body;
      const made = { instance_id: instance.id, name, people: [...new Set(members)], created_at: clock.now() };
      const group = ultramsg.groups.add(made);
      for (const person_id of group.people) changes.emit('chats', { person_id });
      return reply.code(201).send(group);
    },
  );

  /** A phone that is back lets go of what waited. */
  function changeTo(instance: Instance, change: Partial<Instance>): void {
    const wasConnected = isConnected(instance);
    instances.change(instance, change);
    if (isConnected(instance) && !wasConnected) sending.reconnect(instance);
    else void sending.pump(instance);
  }

  function view(instance: Instance) {
    const { id, token, phone, name, state, is_offline, is_paid, settings: own } = instance;
    return {
      id,
      token,
      phone: `+${phone}`,
      name,
      state,
      offline: is_offline,
      paid: is_paid,
      status: statusOf(instance),
      queue: ultramsg.outgoing.queue(id).length,
      settings: own,
    };
  }

  function getInstance(id: string): Instance {
    const instance = instances.find(id);
    if (!instance) throw notFound(`The instance ${id.slice(0, 100)}`);
    return instance;
  }
}

const NEW_INSTANCE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    phone: { type: 'string', pattern: '^\\+?[\\d ()-]{7,30}$' },
    name: { type: 'string', minLength: 1, maxLength: 100 },
  },
} as const;

const CHANGE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: { state: { enum: INSTANCE_STATES }, offline: { type: 'boolean' }, paid: { type: 'boolean' } },
} as const;

const NEW_GROUP_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'people'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 100 },
    people: { type: 'array', minItems: 1, maxItems: 256, items: { type: 'string', minLength: 1, maxLength: 60 } },
  },
} as const;

const OWN_MESSAGE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['to', 'body'],
  properties: {
    to: { type: 'string', minLength: 5, maxLength: 60 },
    body: { type: 'string', minLength: 1, maxLength: 4096 },
  },
} as const;
