import type { FastifyInstance } from 'fastify';
import type { Person } from '#people/people.ts';
import { jidOf, jidOfPerson, readAddress } from './addresses.ts';
import { partnerOf } from './chat-routes.ts';
import type { Group } from './groups.ts';
import type { Instance } from './instance.ts';
import { isOn } from './parameters.ts';
import { type Call, type UltraMsgRouteDeps, answering } from './answering.ts';
import { wrongParameters } from './ultramsg-error.ts';

const CHECK_KEPT_MS = 3 * 86_400_000;

interface Checked {
  isValid: boolean;
  at: number;
}

/** Whom an instance knows, whom it blocked, who is on WhatsApp, and in which groups it is. */
export function contactRoutes(app: FastifyInstance, deps: UltraMsgRouteDeps): void {
  const { clock, people, settings, ultramsg } = deps;
  const { conversations, groups, instances, outgoing } = ultramsg;
  const checks = new Map<string, Checked>();

  const shown = (person: Person, instance: Instance) => ({
    id: jidOfPerson(person, settings),
    number: person.wa_id ?? '',
    name: person.name,
    pushname: person.name,
    isMe: false,
    isGroup: false,
    isBusiness: false,
    isMyContact: conversations.of(instance.id, person.id).length > 0,
    isBlocked: instance.blocked_people.includes(person.id),
  });
  const known = (instance: Instance) =>
    conversations.partnersOf(instance.id).flatMap((id) => {
      const person = people.find(id);
      return person ? [shown(person, instance)] : [];
    });
  const bare = (ids: readonly string[], parameters: Call['parameters']) =>
    isOn(parameters['clear']) ? ids.map((id) => id.replace(/@.*/, '')) : ids;

  answering(app, 'GET', 'contacts', deps, ({ instance }) => known(instance));
  answering(app, 'GET', 'contacts/ids', deps, ({ instance, parameters }) =>
    bare(
      known(instance).map(({ id }) => id),
      parameters,
    ),
  );
  answering(app, 'GET', 'contacts/contact', deps, ({ instance, parameters }) =>
    shown(partnerOf(parameters, deps), instance),
  );
  answering(app, 'GET', 'contacts/image', deps, ({ parameters }) => {
    partnerOf(parameters, deps);
    // Nobody in the sandbox has a picture.
    return { success: '' };
  });
  answering(app, 'GET', 'contacts/blocked', deps, ({ instance }) =>
    instance.blocked_people.flatMap((id) => {
      const person = people.find(id);
      return person ? [jidOfPerson(person, settings)] : [];
    }),
  );
  answering(app, 'GET', 'contacts/invalid', deps, ({ instance, parameters }) => {
    const invalid = outgoing.list(instance.id).filter(({ status }) => status === 'invalid');
    return bare([...new Set(invalid.map(({ to }) => to))], parameters);
  });

  answering(app, 'GET', 'contacts/check', deps, ({ parameters }) => {
    const { chatId = '' } = parameters;
    if (chatId === '') throw wrongParameters([['chatId', 'is required']]);
    const address = readAddress(chatId, settings);
    const id = address ? jidOf(address) : chatId;
    const now = clock.now();
    const before = checks.get(id);
    const isFresh = before !== undefined && now < before.at + CHECK_KEPT_MS && !isOn(parameters['nocache']);
    const checked = isFresh ? before : { isValid: isOnWhatsApp(address), at: now };
    checks.set(id, checked);
    return { status: checked.isValid ? 'valid' : 'invalid', chatId: id };
  });

  for (const isBlocked of [true, false]) {
    answering(app, 'POST', isBlocked ? 'contacts/block' : 'contacts/unblock', deps, ({ instance, parameters }) => {
      const { id } = partnerOf(parameters, deps);
      const others = instance.blocked_people.filter((each) => each !== id);
      instances.change(instance, { blocked_people: isBlocked ? [...others, id] : others });
      return { success: 'done' };
    });
  }

  const groupOf = (group: Group) => ({
    id: group.id,
    name: group.name,
    isGroup: true,
    createdAt: Math.floor(group.created_at / 1000),
    participants: group.people.flatMap((id) => {
      const person = people.find(id);
      return person ? [{ id: jidOfPerson(person, settings), isAdmin: false }] : [];
    }),
  });
  answering(app, 'GET', 'groups', deps, ({ instance }) => groups.of(instance.id).map(groupOf));
  answering(app, 'GET', 'groups/ids', deps, ({ instance, parameters }) =>
    bare(
      groups.of(instance.id).map(({ id }) => id),
      parameters,
    ),
  );
  answering(app, 'GET', 'groups/group', deps, ({ instance, parameters }) => {
    const { groupId = '' } = parameters;
    if (groupId === '') throw wrongParameters([['groupId', 'is required']]);
    const group = groups.of(instance.id).find(({ id }) => id === groupId);
    return group ? groupOf(group) : { error: 'group not found' };
  });

  function isOnWhatsApp(address: ReturnType<typeof readAddress>): boolean {
    if (address?.kind !== 'phone') return false;
    if (settings.magic_numbers && /(?:0000|0026)$/.test(address.waId)) return false;
    // Whoever nobody knows yet becomes a person on WhatsApp when first written to.
    return people.findByWaId(address.waId)?.on_whatsapp ?? true;
  }
}
