import type { Queryable } from '#platform/database.ts';
import {
  type AccountSender,
  type FactTold,
  listSendersOfAccounts,
  updateDisplayName,
  upsertFacts,
} from './account-facts-store.ts';
import { notifyChanged } from './connections-store.ts';
import {
  type TemplateKey,
  upsertCategories,
  upsertComponents,
  upsertQualities,
  upsertStatuses,
} from './known-templates-store.ts';
import { pauseConnection, resumeAfterProvider } from './pauses.ts';
import { restrictionFact } from './restriction-facts.ts';
import type { AccountLesson, Lesson, NumberLesson, TemplateLesson, TemplateStatus } from './lessons.ts';

/** What a provider taught about one of its accounts, and when it said so (an ISO instant). */
export interface Learned<Of extends Lesson = Lesson> {
  workspaceId: string;
  provider: string;
  businessAccountId: string;
  at: string;
  lesson: Of;
}

export interface TemplateStatusChange extends TemplateKey {
  status: TemplateStatus;
}

/**
 * Takes up what providers told of templates, numbers and accounts, in the caller's transaction. It counts once, whatever
 * the order: what was told later by the provider's clock stands. A number's rate and what an account may do follow from it
 * at once. Gives the templates whose status changed.
 */
export async function learn(tx: Queryable, learned: Learned[]): Promise<TemplateStatusChange[]> {
  const changes = await learnTemplates(
    tx,
    learned.filter((one): one is Learned<TemplateLesson> => one.lesson.about === 'template'),
  );
  await learnAccounts(
    tx,
    learned.filter((one): one is Learned<NumberLesson | AccountLesson> => one.lesson.about !== 'template'),
  );
  return changes;
}

async function learnTemplates(tx: Queryable, learned: Learned<TemplateLesson>[]): Promise<TemplateStatusChange[]> {
  const rows = learned.map(({ workspaceId, businessAccountId, at, lesson }) => ({
    ...lesson,
    workspaceId,
    businessAccountId,
    at,
    providerId: lesson.providerId ?? null,
  }));
  const qualities = rows.filter((row) => row.what === 'quality');
  if (qualities.length > 0) await upsertQualities(tx, qualities);
  const categories = rows.filter((row) => row.what === 'category');
  if (categories.length > 0)
    await upsertCategories(
      tx,
      categories.map((row) => ({ ...row, next: row.next ?? null, nextAt: isoOf(row.nextAtSeconds) })),
    );
  const components = rows.filter((row) => row.what === 'components');
  if (components.length > 0) await upsertComponents(tx, components);
  const statuses = rows.filter((row) => row.what === 'status');
  if (statuses.length === 0) return [];
  return upsertStatuses(
    tx,
    statuses.map((row) => ({ ...row, reason: row.reason ?? null, until: isoOf(row.untilSeconds) })),
  );
}

async function learnAccounts(tx: Queryable, learned: Learned<NumberLesson | AccountLesson>[]): Promise<void> {
  if (learned.length === 0) return;
  const senders = await listSendersOfAccounts(tx, learned);
  const sendersOf = ({ workspaceId, businessAccountId }: { workspaceId: string; businessAccountId: string }) =>
    senders.filter((one) => one.workspaceId === workspaceId && one.businessAccountId === businessAccountId);
  const facts = learned.flatMap((one) => factsOf(one, sendersOf(one)));
  // What nobody here uses has no effect; it is kept as a notice.
  if (facts.length === 0) return;
  const counted = await upsertFacts(tx, facts);
  for (const { workspaceId, subject, fact, value } of counted) {
    if (fact === 'name' && value['decision'] === 'APPROVED' && typeof value['name'] === 'string')
      await updateDisplayName(tx, workspaceId, subject, value['name']);
  }
  const providerOf = new Map(learned.map((one) => [`${one.workspaceId} ${one.businessAccountId}`, one.provider]));
  for (const one of counted) {
    if (one.fact !== 'standing') continue;
    const connectionIds = new Set(sendersOf(one).map(({ connectionId }) => connectionId));
    const provider = providerOf.get(`${one.workspaceId} ${one.businessAccountId}`) ?? '';
    const actor = { workspaceId: one.workspaceId, provider, attemptedAt: null };
    for (const connectionId of connectionIds) {
      if (one.value['stops'] === true) await pauseConnection(tx, actor, connectionId, String(one.value['reason']));
      else await resumeAfterProvider(tx, actor, connectionId);
    }
  }
  for (const workspaceId of new Set(counted.map((one) => one.workspaceId))) await notifyChanged(tx, workspaceId);
}

function factsOf(one: Learned<NumberLesson | AccountLesson>, senders: AccountSender[]): FactTold[] {
  const { workspaceId, businessAccountId, at, lesson } = one;
  const told = { workspaceId, businessAccountId, at, value: { ...lesson.value } };
  if (lesson.about === 'number') {
    const sender = senderOf(lesson, senders);
    return sender ? [{ ...told, subject: sender.senderId, fact: lesson.what }] : [];
  }
  if (senders.length === 0) return [];
  switch (lesson.what) {
    // The limit is the whole account's, and slows each of its numbers.
    case 'limit':
      return senders.map(({ senderId }) => ({ ...told, subject: senderId, fact: 'limit' }));
    case 'restriction':
      return [{ ...told, subject: 'account', fact: restrictionFact(lesson.restriction, lesson.byRefusal === true) }];
    case 'review':
    case 'standing':
      return [{ ...told, subject: 'account', fact: lesson.what }];
  }
}

const nationalDigits = 8;

/** The number that is meant. Providers write one number in several ways, some with a digit more; the last digits tell. */
function senderOf(lesson: NumberLesson, senders: AccountSender[]): AccountSender | undefined {
  if (lesson.externalId !== undefined) return senders.find((sender) => sender.externalId === lesson.externalId);
  const digits = digitsOf(lesson.phone);
  if (digits === '') return undefined;
  const exact = senders.find((sender) => digitsOf(sender.phone) === digits);
  if (exact) return exact;
  const alike = senders.filter(({ phone }) => digitsOf(phone).endsWith(digits.slice(-nationalDigits)));
  if (alike.length === 1) return alike[0];
  // A number whose phone nobody told can only be meant when there is no other.
  const [only] = senders;
  return senders.length === 1 && only?.phone === null ? only : undefined;
}

function digitsOf(phone: string | null | undefined): string {
  return (phone ?? '').replaceAll(/\D/g, '');
}

function isoOf(epochSeconds: number | undefined): string | null {
  return epochSeconds === undefined ? null : new Date(epochSeconds * 1000).toISOString();
}
