import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Json } from '#people/chats.ts';
import { accessToNumber, checkToken, checkVisible } from '#cloud-api/access.ts';
import { invalid, optionalText, optionalWord, requireText } from '#cloud-api/checks.ts';
import { findNumber } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { newDigits } from '#cloud-api/ids.ts';
import { pick } from '#cloud-api/node-fields.ts';
import { pagedAnswer } from '#cloud-api/paging.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import { answerJoinRequests, removeParticipants } from './group-members.ts';
import type { GroupDeps } from './group-limits.ts';
import { pictureOf } from './group-upload.ts';
import { participantOf, tellGroup } from './group-updates.ts';
import { type Group, JOIN_MODES, inviteLinkOf } from './groups.ts';

type ById = { Params: { id: string } };

/** `/{PHONE}/groups`, and what hangs on `/{GROUP}`. */
export function groupRoutes(app: FastifyInstance, deps: GroupDeps): void {
  const { groups, people, settings } = deps;

  app.get<ById>('/:id/groups', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const { data, ...paging } = pagedAnswer(
      request,
      groups.list(id),
      (group) => group.id,
      (group) => ({ id: group.id, subject: group.subject, created_at: seconds(group.created_at) }),
    );
    return { data: { groups: data }, ...paging };
  });

  app.post<ById>('/:id/groups', (request) => {
    const number = accessToNumber(request, request.params.id, deps);
    const fields = fieldsOf(request);
    checkProduct(fields);
    if (settings.groups === 'not_eligible') throw new GraphError(131215, 'The number may not use groups.');
    if (settings.groups === 'creation_disabled') throw new GraphError(131214, 'New groups cannot be made for now.');
    const subject = requireText(fields, 'subject', 'subject', 128);
    const description = optionalText(fields, 'description', 'description', 2048) ?? null;
    const mode = optionalWord(fields, 'join_approval_mode', 'join_approval_mode', JOIN_MODES);
    const most = settings.groups_per_number;
    if (groups.list(number.phone_number_id).length >= most) {
      throw new GraphError(131211, `A number has at most ${most} groups.`);
    }
    deps.groupLimits.take(number.phone_number_id);
    const group = groups.add(number, {
      subject,
      description,
      join_approval_mode: JOIN_MODES.find((each) => each === mode) ?? 'auto_approve',
    });
    const { join_approval_mode } = group;
    return requested(group, 'group_lifecycle_update', 'group_create', {
      subject,
      ...(description === null ? {} : { description }),
      invite_link: inviteLinkOf(group),
      join_approval_mode,
    });
  });

  app.get<ById>('/:id/invite_link', (request) => ({
    messaging_product: 'whatsapp',
    invite_link: inviteLinkOf(groupOf(request, deps)),
  }));

  app.post<ById>('/:id/invite_link', (request) => {
    const group = changeableGroup(request, deps);
    groups.resetInvite(group);
    return { messaging_product: 'whatsapp', invite_link: inviteLinkOf(group) };
  });

  app.delete<ById>('/:id/participants', (request, reply) => {
    const group = changeableGroup(request, deps);
    const { status, answer } = removeParticipants(group, fieldsOf(request), deps);
    return reply.code(status).send(answer);
  });

  app.get<ById>('/:id/join_requests', (request) => {
    const group = groupOf(request, deps);
    return pagedAnswer(
      request,
      group.requests,
      ({ id }) => id,
      ({ id, person_id, at }) => {
        const person = people.find(person_id);
        return {
          join_request_id: id,
          ...(person ? participantOf(person, group, deps) : {}),
          creation_timestamp: seconds(at),
        };
      },
    );
  });

  app.route<ById>({
    method: ['POST', 'DELETE'],
    url: '/:id/join_requests',
    handler: (request, reply) => {
      const group = changeableGroup(request, deps);
      const { status, answer } = answerJoinRequests(group, fieldsOf(request), request.method === 'POST', deps);
      return reply.code(status).send(answer);
    },
  });

  function requested(group: Group, field: Parameters<typeof tellGroup>[1], type: string, news: Json): Json {
    const request_id = newDigits(16);
    tellGroup(group, field, type, { request_id, ...news }, deps);
    return { messaging_product: 'whatsapp', request_id };
  }
}

/** `GET /{GROUP}` */
export function groupNode(request: FastifyRequest<ById>, deps: GroupDeps): Json {
  const group = groupOf(request, deps);
  const participants = group.participants
    .flatMap((id) => deps.people.find(id) ?? [])
    .map((person) => participantOf(person, group, deps));
  const picture = group.picture_media_id;
  const node = {
    id: group.id,
    messaging_product: 'whatsapp',
    subject: group.subject,
    ...(group.description === null ? {} : { description: group.description }),
    suspended: group.is_suspended,
    creation_timestamp: seconds(group.created_at),
    participants,
    total_participant_count: participants.length,
    join_approval_mode: group.join_approval_mode,
    ...(picture === null
      ? {}
      : { profile_picture_url: `http://${request.headers.host ?? 'localhost'}/_sandbox/media/${picture}` }),
  };
  return pick(request, node, ['messaging_product', 'id']);
}

/** `POST /{GROUP}`: another subject, description or picture. */
export async function changeGroup(request: FastifyRequest<ById>, deps: GroupDeps): Promise<Json> {
  const group = changeableGroup(request, deps);
  const { fields, picture } = await pictureOf(request, deps);
  const subject = optionalText(fields, 'subject', 'subject', 128);
  if (subject === '') throw invalid('subject', 'must have 1 to 128 characters.');
  const description = optionalText(fields, 'description', 'description', 2048);
  if (subject === undefined && description === undefined && !picture) {
    throw new GraphError(100, 'One of subject, description and profile_picture_file is required.');
  }
  const request_id = newDigits(16);
  deps.groups.change(group, {
    ...(subject === undefined ? {} : { subject }),
    ...(description === undefined ? {} : { description: description === '' ? null : description }),
    ...(picture ? { picture_media_id: picture.id } : {}),
  });
  const news = {
    request_id,
    ...(subject === undefined ? {} : { group_subject: { text: subject, update_successful: true } }),
    ...(description === undefined ? {} : { group_description: { text: description, update_successful: true } }),
    ...(picture
      ? {
          profile_picture: {
            mime_type: picture.mime_type,
            sha256: Buffer.from(picture.sha256, 'hex').toString('base64'),
            update_successful: true,
          },
        }
      : {}),
  };
  tellGroup(group, 'group_settings_update', 'group_settings_update', news, deps);
  return { messaging_product: 'whatsapp', request_id };
}

/** `DELETE /{GROUP}`, which a suspended group allows, too. */
export function deleteGroup(request: FastifyRequest<ById>, deps: GroupDeps): Json {
  const group = groupOf(request, deps);
  deps.groupLimits.take(group.phone_number_id);
  deps.groups.remove(group);
  const request_id = newDigits(16);
  tellGroup(group, 'group_lifecycle_update', 'group_delete', { request_id }, deps);
  return { messaging_product: 'whatsapp', request_id };
}

function groupOf(request: FastifyRequest<ById>, { credentials, settings, groups }: GroupDeps): Group {
  const access = checkToken(request, credentials, settings);
  const { id } = request.params;
  const group = groups.find(id);
  if (!group || !findNumber(credentials, group.phone_number_id)) {
    throw new GraphError(131041, `There is no group ${id.slice(0, 100)}.`);
  }
  checkVisible(group.phone_number_id, access, credentials);
  return group;
}

function changeableGroup(request: FastifyRequest<ById>, deps: GroupDeps): Group {
  const group = groupOf(request, deps);
  if (group.is_suspended) throw new GraphError(131207, 'The group is suspended.');
  deps.groupLimits.take(group.phone_number_id);
  return group;
}

function checkProduct(fields: Json): void {
  if (fields['messaging_product'] !== 'whatsapp') throw invalid('messaging_product', 'must be whatsapp.');
}

function seconds(at: number): number {
  return Math.floor(at / 1000);
}
