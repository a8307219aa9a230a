import type { Json } from '#people/chats.ts';
import type { Person } from '#people/people.ts';
import { isObject, missing, requireArray } from '#cloud-api/checks.ts';
import { GraphError, webhookError } from '#cloud-api/graph-error.ts';
import { newDigits } from '#cloud-api/ids.ts';
import { toWaId } from '#cloud-api/phone-numbers.ts';
import type { GroupDeps } from './group-limits.ts';
import { participantOf, tellGroup } from './group-updates.ts';
import type { Group } from './groups.ts';

interface GroupAnswer {
  status: number;
  answer: Json;
}

const MOST_NAMED = 8;

/** Takes people out. One who is not in the group fails, and the others are out all the same. */
export function removeParticipants(group: Group, fields: Json, deps: GroupDeps): GroupAnswer {
  const { named, failed } = namedPeople(group, fields, deps);
  refuseIfNoneIsLeft(named.length, failed);
  const request_id = newDigits(16);
  for (const { person } of named) deps.groups.leave(group, person.id, true);
  tellGroup(
    group,
    'group_participants_update',
    'group_participants_remove',
    {
      request_id,
      initiated_by: 'business',
      removed_participants: named.map(({ input, person }) => ({ input, ...participantOf(person, group, deps) })),
      ...(failed.length === 0 ? {} : { failed_participants: failed }),
    },
    deps,
  );
  return inPart({ messaging_product: 'whatsapp', request_id }, failed);
}

function namedPeople(group: Group, fields: Json, { people }: GroupDeps) {
  const list = fields['participants'];
  if (Array.isArray(list) && list.length > MOST_NAMED) {
    throw new GraphError(131204, `At most ${MOST_NAMED} participants can be named at once.`);
  }
  const named: { input: string; person: Person }[] = [];
  const failed: Json[] = [];
  const seen = new Set<string>();
  for (const entry of requireArray(fields, 'participants', 'participants', 1, MOST_NAMED)) {
    const user = isObject(entry) ? entry['user'] : undefined;
    const input = typeof user === 'number' ? String(user) : user;
    if (typeof input !== 'string' || input === '' || input.length > 150) {
      throw new GraphError(100, 'Param participants must hold objects with user.');
    }
    const person = people.findByUserId(input) ?? people.findByWaId(toWaId(input) ?? '');
    const key = person?.id ?? input;
    if (seen.has(key)) {
      throw new GraphError(131202, `The participant ${input} is named twice.`);
    }
    seen.add(key);
    if (person && group.participants.includes(person.id)) named.push({ input, person });
    else failed.push({ input, errors: [webhookError(131212, `${input} is not a participant of the group.`)] });
  }
  return { named, failed };
}

/** Lets people in who asked, or not. */
export function answerJoinRequests(group: Group, fields: Json, isWelcome: boolean, deps: GroupDeps): GroupAnswer {
  const ids = idsOf(fields);
  const done: string[] = [];
  const failed: Json[] = [];
  for (const id of ids) {
    const problem = answerOne(group, id, isWelcome, deps);
    if (problem) failed.push({ join_request_id: id, errors: [problem] });
    else done.push(id);
  }
  refuseIfNoneIsLeft(done.length, failed);
  const key = isWelcome ? 'approved_join_requests' : 'rejected_join_requests';
  const failures = failed.length === 0 ? {} : { failed_join_requests: failed };
  return inPart({ messaging_product: 'whatsapp', [key]: done, ...failures }, failed);
}

function idsOf(fields: Json): string[] {
  if (fields['join_requests'] === undefined) throw missing('join_requests');
  const ids = requireArray(fields, 'join_requests', 'join_requests', 1, 1000).map((id) => {
    if (typeof id !== 'string' || id === '') throw new GraphError(100, 'Param join_requests must hold ids.');
    return id;
  });
  if (new Set(ids).size < ids.length) throw new GraphError(131202, 'A request to join is named twice.');
  return ids;
}

/** Gives what stands in the way, or does it. */
function answerOne(group: Group, id: string, isWelcome: boolean, deps: GroupDeps): Json | undefined {
  const { groups, people, settings } = deps;
  const request = group.requests.find((each) => each.id === id);
  const person = request && people.find(request.person_id);
  if (!person) return webhookError(131213, `There is no request to join with the id ${id.slice(0, 100)}.`);
  if (!isWelcome) {
    groups.dropRequest(group, id);
    return undefined;
  }
  if (group.participants.length >= settings.group_participants) {
    return webhookError(131204, `A group has at most ${settings.group_participants} participants.`);
  }
  if (!settings.group_terms_accepted) {
    return webhookError(131203, 'The participant has not accepted the terms of WhatsApp.');
  }
  groups.join(group, person.id);
  tellJoined(group, person, deps);
  return undefined;
}

/** Somebody is in the group, by the link as always. */
export function tellJoined(group: Group, person: Person, deps: Parameters<typeof tellGroup>[4]): void {
  const news = { reason: 'invite_link', added_participants: [participantOf(person, group, deps)] };
  tellGroup(group, 'group_participants_update', 'group_participants_add', news, deps);
}

function refuseIfNoneIsLeft(done: number, failed: readonly Json[]): void {
  const errors = failed[0]?.['errors'];
  const [first] = Array.isArray(errors) ? (errors as Json[]) : [];
  if (done > 0 || !first) return;
  const about = first['error_data'];
  throw new GraphError(Number(first['code']), String(isObject(about) ? about['details'] : ''));
}

/** What was done in part is answered with 206: an error that says so, beside what was done. */
function inPart(answer: Json, failed: readonly Json[]): GroupAnswer {
  if (failed.length === 0) return { status: 200, answer };
  const error = new GraphError(131201, `${failed.length} of it could not be done.`, { beside: answer });
  return { status: error.httpStatus, answer: error.toEnvelope() };
}
