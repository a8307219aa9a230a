import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { MediaStore } from '#cloud-api/media.ts';
import { sendBytes } from '#cloud-api/media-routes.ts';
import type { Settings } from '#control/settings.ts';
import { type SandboxClock } from '#storage/clock.ts';
import { checkAccess, checkAccountSid, notFound } from './access.ts';
import type { TwilioAccount } from './account.ts';
import { formOf } from './form-body.ts';
import { fits, pageOf, readFilter } from './message-list.ts';
import { FINAL, type TwilioMedia, type TwilioMessage, type TwilioMessages } from './messages.ts';
import { accountPath, mediaResource, messageResource, rfc2822 } from './resources.ts';
import { textOf } from './send-parameters.ts';
import type { TwilioTimeline } from './timeline.ts';
import { TwilioError } from './twilio-error.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  account: TwilioAccount;
  messages: TwilioMessages;
  media: MediaStore;
  timeline: TwilioTimeline;
}

type Of = { Params: { account: string; sid: string; media: string } };

const MESSAGES = '/twilio/2010-04-01/Accounts/:account/Messages';
const MESSAGE = `${MESSAGES}/:sid(^[A-Za-z0-9]+)`;

/** Messages that are there: the list, one, its files and what can be changed of it. */
export function messageRoutes(app: FastifyInstance, deps: Deps): void {
  const { account, clock, media, messages, settings, timeline } = deps;
  const accountSid = account.account_sid;

  app.get<Of>(`${MESSAGES}.json`, (request) => {
    const query = new URLSearchParams(request.url.split('?')[1] ?? '');
    const filter = readFilter(query, settings.twilio_list_unsent === 'listed');
    const found = messages.newestFirst().filter((message) => fits(message, filter));
    return pageOf(found, query, accountSid);
  });

  app.get<Of>(`${MESSAGE}.json`, (request) => messageResource(getMessage(request), accountSid));

  app.post<Of>(`${MESSAGE}.json`, (request) => {
    const message = getMessage(request);
    const form = formOf(request);
    if (textOf(form, 'Status') !== '') cancel(message, textOf(form, 'Status'));
    if (form.has('Body')) redact(message, form.get('Body') ?? '');
    return messageResource(message, accountSid);
  });

  app.delete<Of>(`${MESSAGE}.json`, async (request, reply) => {
    const message = getMessage(request);
    if (!FINAL.has(message.status)) throw new TwilioError(20009);
    messages.remove(message.sid);
    return reply.code(204).send();
  });

  app.post<Of>(`${MESSAGE}/Feedback.json`, async (request, reply) => {
    const message = getMessage(request);
    const outcome = textOf(formOf(request), 'Outcome') || 'confirmed';
    if (outcome !== 'confirmed' && outcome !== 'unconfirmed') {
      throw new TwilioError(20001, 'The Outcome must be confirmed or unconfirmed');
    }
    if (message.feedback === null) throw new TwilioError(20001, 'The message was sent without ProvideFeedback');
    messages.change(message, { feedback: outcome, updated_at: clock.now() });
    return reply.code(201).send({
      account_sid: accountSid,
      message_sid: message.sid,
      outcome,
      date_created: rfc2822(message.created_at),
      date_updated: rfc2822(message.updated_at),
      uri: `${accountPath(accountSid)}/Messages/${message.sid}/Feedback.json`,
    });
  });

  app.get<Of>(`${MESSAGE}/Media.json`, (request) => {
    const message = getMessage(request);
    const uri = `${accountPath(accountSid)}/Messages/${message.sid}/Media.json?PageSize=50&Page=0`;
    return {
      first_page_uri: uri,
      end: Math.max(0, message.media.length - 1),
      previous_page_uri: null,
      media_list: message.media.map((each) => mediaOf(message, each)),
      uri,
      page_size: 50,
      start: 0,
      next_page_uri: null,
      page: 0,
    };
  });

  app.get<Of>(`${MESSAGE}/Media/:media(^[A-Za-z0-9]+).json`, (request) => {
    const message = getMessage(request);
    return mediaOf(message, getMedia(message, request));
  });

  app.delete<Of>(`${MESSAGE}/Media/:media(^[A-Za-z0-9]+).json`, async (request, reply) => {
    const message = getMessage(request);
    const gone = getMedia(message, request);
    messages.change(message, { media: message.media.filter((each) => each !== gone) });
    return reply.code(204).send();
  });

  // The bytes: the address that a webhook names.
  app.get<Of>(`${MESSAGE}/Media/:media(^[A-Za-z0-9]+)`, (request, reply) => {
    const message = messages.find(request.params.sid);
    const wanted = message && getMedia(message, request);
    if (request.params.account !== accountSid || !wanted) throw notFound(request);
    // A stranger's bytes must not become a page of this origin.
    reply.headers({ 'content-security-policy': "default-src 'none'; sandbox", 'x-content-type-options': 'nosniff' });
    if (wanted.text !== undefined) return reply.type(wanted.content_type).send(wanted.text);
    const file = wanted.media_id === undefined ? undefined : media.find(wanted.media_id);
    if (!file) throw notFound(request);
    return sendBytes(reply, file, media);
  });

  // Files alone can be public.
  app.addHook('preHandler', async (request) => {
    const isFile = request.method === 'GET' && /\/Media\/\w+$/.test(request.url.split('?', 1)[0] ?? '');
    if (isFile && settings.twilio_media_access === 'public') return;
    checkAccess(request, account, settings);
    checkAccountSid(request, (request.params as { account: string }).account, account);
  });

  function getMessage(request: FastifyRequest<Of>): TwilioMessage {
    const message = messages.find(request.params.sid);
    if (!message) throw notFound(request);
    return message;
  }

  function getMedia(message: TwilioMessage, request: FastifyRequest<Of>): TwilioMedia {
    const found = message.media.find(({ sid }) => sid === request.params.media);
    if (!found) throw notFound(request);
    return found;
  }

  function mediaOf(message: TwilioMessage, { sid, content_type: contentType }: TwilioMedia) {
    return mediaResource(message, sid, contentType, accountSid);
  }

  /** Only what is scheduled can be taken back. */
  function cancel(message: TwilioMessage, status: string): void {
    if (status !== 'canceled') throw new TwilioError(20001, 'The Status must be canceled');
    if (message.status !== 'scheduled') throw new TwilioError(30409);
    timeline.move(message, 'canceled');
  }

  /** Takes away what the message says; the words on the phone stay. */
  function redact(message: TwilioMessage, body: string): void {
    if (body !== '') throw new TwilioError(20001, 'The Body can only be made empty');
    if (!FINAL.has(message.status)) {
      throw new TwilioError(20009, 'Cannot change this resource before it is complete');
    }
    messages.change(message, { body: '', updated_at: clock.now() });
  }
}
