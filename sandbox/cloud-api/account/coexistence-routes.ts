import type { FastifyInstance } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Chats, Json, Message } from '#people/chats.ts';
import type { People, Person } from '#people/people.ts';
import { type SandboxClock, epochSeconds } from '#storage/clock.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { accessToNumber } from '#cloud-api/access.ts';
import { requireText } from '#cloud-api/checks.ts';
import type { BusinessNumber, Credentials } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { newDigits } from '#cloud-api/ids.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import type { NumberStates } from './number-states.ts';

interface Deps {
  clock: SandboxClock;
  credentials: Credentials;
  settings: Settings;
  numbers: NumberStates;
  people: People;
  chats: Chats;
  webhooks: WebhookQueue;
}

type SyncType = 'smb_app_state_sync' | 'history';

const DAY_MS = 86_400_000;
/** Chats in one webhook of the history. */
const CHATS_PER_CHUNK = 50;

/** `POST /{PHONE}/smb_app_data`: a number that is used in the app, too, hands over its contacts and what was said. Each
 *  can be asked for once, within a day after the number came. The webhooks come after the answer. */
export function coexistenceRoutes(app: FastifyInstance, deps: Deps): void {
  app.post<{ Params: { id: string } }>('/:id/smb_app_data', (request) => {
    const number = accessToNumber(request, request.params.id, deps);
    const fields = fieldsOf(request);
    if (fields['messaging_product'] !== 'whatsapp') {
      throw new GraphError(100, 'Param messaging_product must be whatsapp.');
    }
    const type = requireText(fields, 'sync_type', 'sync_type', 50);
    if (type !== 'smb_app_state_sync' && type !== 'history') {
      throw new GraphError(100, 'Param sync_type must be one of {smb_app_state_sync, history}.');
    }
    const { synced, onboarded_at: onboardedAt } = deps.numbers.of(number.phone_number_id);
    if (synced.includes(type)) {
      throw new GraphError(100, `The synchronization ${type} was asked for already.`, { subcode: 2593107 });
    }
    if (onboardedAt !== null && deps.clock.now() - onboardedAt > DAY_MS) {
      throw new GraphError(100, 'More than 24 hours have passed since the number came.', { subcode: 2593108 });
    }
    deps.numbers.change(number.phone_number_id, { synced: [...synced, type] });
    deps.clock.after(0, () => tell(type, number, deps));
    return { messaging_product: 'whatsapp', request_id: newDigits(16) };
  });
}

function tell(type: SyncType, number: BusinessNumber, deps: Deps): void {
  const business = number.display_phone_number.replaceAll(/\D/g, '');
  const envelope = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: business, phone_number_id: number.phone_number_id },
  };
  const everybody = deps.people.list(undefined, Number.MAX_SAFE_INTEGER);
  if (type === 'smb_app_state_sync') {
    const stateSync = everybody.map((person) => contactAdded(person, deps.clock.now()));
    deps.webhooks.tellAccount(number.waba_id, type, { ...envelope, state_sync: stateSync });
    return;
  }
  const threads = everybody
    .map((person) => threadOf(person, number.phone_number_id, business, deps.chats))
    .filter((thread) => thread.messages.length > 0);
  const chunks = Math.max(1, Math.ceil(threads.length / CHATS_PER_CHUNK));
  for (let chunk = 0; chunk < chunks; chunk++) {
    const metadata = { phase: 0, chunk_order: chunk + 1, progress: Math.round(((chunk + 1) * 100) / chunks) };
    const part = threads.slice(chunk * CHATS_PER_CHUNK, (chunk + 1) * CHATS_PER_CHUNK);
    deps.webhooks.tellAccount(number.waba_id, type, { ...envelope, history: [{ metadata, threads: part }] });
  }
}

function contactAdded(person: Person, now: number): Json {
  return {
    type: 'contact',
    contact: {
      full_name: person.name,
      first_name: person.name.split(' ')[0],
      ...(person.wa_id === null ? {} : { phone_number: person.wa_id }),
      user_id: person.user_id,
      ...(person.username === null ? {} : { username: person.username }),
    },
    action: 'add',
    metadata: { timestamp: epochSeconds(now) },
  };
}

function threadOf(person: Person, phoneNumberId: string, business: string, chats: Chats) {
  const address = person.wa_id ?? person.user_id;
  return {
    id: address,
    messages: chats.chat(person.id, phoneNumberId).messages.map((message) => {
      const isOurs = message.from === 'business';
      return {
        from: isOurs ? business : address,
        ...(isOurs ? { to: address } : {}),
        id: message.id,
        timestamp: epochSeconds(message.at),
        // Files follow apart; the history only says that there was one.
        ...(message.media_id === null ? message.content : { type: 'media_placeholder' }),
        history_context: { status: historyStatus(message) },
      };
    }),
  };
}

function historyStatus({ status }: Message): string {
  if (status === 'accepted') return 'PENDING';
  return status === 'failed' ? 'ERROR' : status.toUpperCase();
}
