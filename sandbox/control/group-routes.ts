import type { FastifyInstance } from 'fastify';
import { tellJoined } from '#cloud-api/account/group-members.ts';
import { participantOf, tellGroup, type GroupTelling } from '#cloud-api/account/group-updates.ts';
import { type Group, type Groups, inviteLinkOf } from '#cloud-api/account/groups.ts';
import type { People, Person } from '#people/people.ts';
import { isoInstant } from '#storage/clock.ts';
import { Refusal, notFound } from './refusal.ts';
import type { Settings } from './settings.ts';

interface Deps extends GroupTelling {
  settings: Settings;
  groups: Groups;
  people: People;
}

type Who = { Params: { who: string } };
type WhoAndGroup = { Params: { who: string; group: string } };

/** What people do with groups, and what WhatsApp does to them. */
export function groupControlRoutes(app: FastifyInstance, deps: Deps): void {
  const { settings, groups, people } = deps;

  app.get('/_sandbox/groups', () => ({ data: groups.list().map(view) }));

  app.get<{ Params: { id: string } }>('/_sandbox/groups/:id', (request) => view(getGroup(request.params.id)));

  app.patch<{ Params: { id: string }; Body: { suspended: boolean } }>(
    '/_sandbox/groups/:id',
    { schema: { body: CHANGE_SCHEMA } },
    (request) => {
      const group = getGroup(request.params.id);
      const { suspended } = request.body;
      if (suspended !== group.is_suspended) {
        groups.change(group, { is_suspended: suspended });
        tellGroup(group, 'group_status_update', suspended ? 'group_suspend' : 'group_suspend_cleared', {}, deps);
      }
      return view(group);
    },
  );

  app.get<Who>('/_sandbox/people/:who/groups', (request) => ({
    data: groups.of(getPerson(request.params.who).id).map(view),
  }));

  app.post<Who & { Body: { invite_link: string } }>(
    '/_sandbox/people/:who/groups',
    { schema: { body: JOIN_SCHEMA } },
    (request) => {
      const person = getPerson(request.params.who);
      const group = groups.findByInvite(request.body.invite_link);
      if (!group) throw notFound('A group with this link');
      return join(group, person);
    },
  );

  app.delete<WhoAndGroup>('/_sandbox/people/:who/groups/:group', (request) => {
    const person = getPerson(request.params.who);
    const group = getGroup(request.params.group);
    const asked = group.requests.find(({ person_id }) => person_id === person.id);
    if (asked) {
      groups.dropRequest(group, asked.id);
      const news = { join_request_id: asked.id, ...participantOf(person, group, deps) };
      tellGroup(group, 'group_participants_update', 'group_join_request_revoked', news, deps);
      return { left: true };
    }
    if (!group.participants.includes(person.id)) throw notFound('The person in this group');
    groups.leave(group, person.id, false);
    tellGroup(
      group,
      'group_participants_update',
      'group_participants_remove',
      { initiated_by: 'participant', removed_participants: [participantOf(person, group, deps)] },
      deps,
    );
    return { left: true };
  });

  function join(group: Group, person: Person) {
    if (group.participants.includes(person.id)) throw new Refusal('The person is in the group', 'invite_link', 409);
    if (group.removed.includes(person.id)) {
      throw new Refusal('The business took the person out of the group', 'invite_link', 409);
    }
    if (group.is_suspended) throw new Refusal('The group is suspended', 'invite_link', 409);
    if (group.requests.some(({ person_id }) => person_id === person.id)) {
      throw new Refusal('The person has asked to join already', 'invite_link', 409);
    }
    if (group.join_approval_mode === 'approval_required') {
      const { id } = groups.ask(group, person.id);
      const news = { join_request_id: id, reason: 'invite_link', ...participantOf(person, group, deps) };
      tellGroup(group, 'group_participants_update', 'group_join_request_created', news, deps);
      return { group_id: group.id, join_request_id: id };
    }
    if (group.participants.length >= settings.group_participants) {
      throw new Refusal(`A group has at most ${settings.group_participants} participants`, 'invite_link', 409);
    }
    groups.join(group, person.id);
    tellJoined(group, person, deps);
    return { group_id: group.id, join_request_id: null };
  }

  function view(group: Group) {
    const {
      participants,
      requests,
      removed,
      last_inbound_at,
      invite_code: _code,
      is_suspended: suspended,
      ...rest
    } = group;
    const named = (ids: readonly string[]) => ids.flatMap((id) => people.find(id) ?? []);
    return {
      ...rest,
      suspended,
      created_at: isoInstant(group.created_at),
      invite_link: inviteLinkOf(group),
      participants: named(participants),
      removed: named(removed),
      join_requests: requests.map(({ id, person_id }) => ({ id, person_id })),
      window_closes_at: last_inbound_at === null ? null : isoInstant(last_inbound_at + 24 * 3_600_000),
      pins: group.pins.map(({ message_id, until }) => ({ message_id, until: isoInstant(until) })),
    };
  }

  function getGroup(id: string): Group {
    const group = groups.find(id);
    if (!group) throw notFound(`The group ${id.slice(0, 100)}`);
    return group;
  }

  function getPerson(who: string): Person {
    const person = people.find(who);
    if (!person) throw notFound(`The person ${who.slice(0, 100)}`);
    return person;
  }
}

const CHANGE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['suspended'],
  properties: { suspended: { type: 'boolean' } },
} as const;

const JOIN_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['invite_link'],
  properties: { invite_link: { type: 'string', minLength: 1, maxLength: 300 } },
} as const;
