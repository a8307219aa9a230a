import { addressKey } from '#contacts/contacts.ts';
import { type MessageRequest, type PreparedMessage, prepareMessage, readRecipient } from '#messages/accept/prepare.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import type { Database } from '#platform/database.ts';
import { Fault, invalidField } from '#platform/fault.ts';
import { chooseCandidate } from './choose.ts';
import { countryOf } from './country.ts';
import type { Routing } from './routing.ts';
import { findRecipients, listRules, type PersonRow } from './routing-store.ts';
import { findRule, type Rule } from './rule.ts';
import { type Wanted, type Weighed, weigh } from './weigh.ts';

export interface RouterDeps {
  db: Database;
  senders: (workspaceId: string) => SenderAccount[];
  /** Senders whose provider does not answer at the moment, as far as this process knows. */
  silent: () => ReadonlySet<string>;
}

/**
 * Messages ready to be accepted. One that names its sender, or of a workspace with a single one, goes there; for the others
 * the rules of the workspace say. What is wrong with a message stands in its place as a Fault.
 */
export async function routeMessages(
  deps: RouterDeps,
  workspaceId: string,
  requests: (MessageRequest | Fault)[],
  now: Temporal.Instant,
): Promise<(PreparedMessage | Fault)[]> {
  const senders = deps.senders(workspaceId);
  const isOpen = (request: MessageRequest): boolean => request.sender_id === undefined && senders.length > 1;
  const rules = requests.some((request) => !(request instanceof Fault) && isOpen(request))
    ? await listRules(deps.db, workspaceId)
    : [];
  const results = requests.map((request) =>
    request instanceof Fault || (rules.length > 0 && isOpen(request))
      ? request
      : caught(() => prepareMessage(request, senders, now)),
  );
  const open = results.flatMap((result, place) =>
    result instanceof Fault || 'account' in result ? [] : [{ place, request: result }],
  );
  const routed = open.length > 0 ? await route(deps, workspaceId, rules, open, now) : [];
  const placed = new Map(routed.map(({ place, result }) => [place, result]));
  return results.map((result, place) => {
    if (result instanceof Fault || 'account' in result) return result;
    return placed.get(place) ?? new Fault('internal', { message: 'A message was left without a sender.' });
  });
}

/** The rule that is for a message, and each of its senders as they stand; nothing is chosen. Throws a Fault. */
export async function previewRouting(
  deps: RouterDeps,
  workspaceId: string,
  request: MessageRequest,
  now: Temporal.Instant,
): Promise<{ rule: Rule; weighed: Weighed[]; contactId: string | null }> {
  const rules = await listRules(deps.db, workspaceId);
  const [person] = await findPeople(deps, workspaceId, [{ place: 0, request }]);
  if (person?.result instanceof Fault) throw person.result;
  const rule = person && ruleFor(rules, request, person.result);
  if (!rule || !person) throw noRule(rules.length);
  const wanted = { workspaceId, request, rule, contactId: person.result.contactId };
  const senders = deps.senders(workspaceId);
  const [weighed = []] = await weigh({ db: deps.db, senders, silent: deps.silent() }, [wanted], now);
  return { rule, weighed, contactId: person.result.contactId };
}

interface Open {
  place: number;
  request: MessageRequest;
}

async function route(
  deps: RouterDeps,
  workspaceId: string,
  rules: Rule[],
  open: Open[],
  now: Temporal.Instant,
): Promise<{ place: number; result: PreparedMessage | Fault }[]> {
  const people = await findPeople(deps, workspaceId, open);
  const faults: { place: number; result: Fault }[] = [];
  const wanted: (Wanted & { place: number })[] = [];
  for (const { place, request, result } of people) {
    if (result instanceof Fault) {
      faults.push({ place, result });
      continue;
    }
    const rule = ruleFor(rules, request, result);
    if (rule) wanted.push({ place, workspaceId, request, rule, contactId: result.contactId });
    else faults.push({ place, result: noRule(rules.length) });
  }
  const deciding = { db: deps.db, senders: deps.senders(workspaceId), silent: deps.silent() };
  const weighed = await weigh(deciding, wanted, now);
  return [
    ...faults,
    ...wanted.map(({ place, rule, request }, n) => ({ place, result: chosen(rule, request, weighed[n] ?? []) })),
  ];
}

function chosen(rule: Rule, request: MessageRequest, weighed: Weighed[]): PreparedMessage | Fault {
  const { place, skipped } = chooseCandidate(weighed, rule.reroute);
  const taken = place === null ? undefined : weighed[place];
  if (taken?.prepared && taken.said) {
    const routing: Routing = {
      rule: { id: rule.id, name: rule.name },
      skipped,
      price: taken.price,
      said_as: taken.said.saidAs,
      original: taken.said.saidAs === 'as_written' ? null : request.content,
      options: taken.said.options,
      hop: 0,
      rerouted_from: null,
      reason: null,
      tried: [],
    };
    return { ...taken.prepared, routing };
  }
  const [first] = weighed.flatMap(({ fault }) => fault ?? []);
  const words = skipped.map(({ sender_id, detail }) => `${sender_id}: ${detail}`).join(' ');
  return new Fault(first?.code ?? 'content_unsupported', {
    detail: `No sender of the rule "${rule.name}" can send this. ${words}`,
    ...(first?.fields ? { fields: first.fields } : {}),
    extensions: { skipped },
  });
}

interface Person {
  contactId: string | null;
  phone: string | null;
  userId: string | null;
  preferredChannel: PersonRow['preferredChannel'];
}

async function findPeople(
  deps: RouterDeps,
  workspaceId: string,
  open: Open[],
): Promise<(Open & { result: Person | Fault })[]> {
  const senders = deps.senders(workspaceId);
  const read = open.map((one) => ({ ...one, given: caught(() => readRecipient(one.request, senders)) }));
  const keys = read.flatMap(({ given }, n) => {
    if (given instanceof Fault) return [];
    const { recipient, contactId } = given;
    const matchKey = recipient ? addressKey(recipient.kind, recipient.value) : null;
    return [{ n, kind: recipient?.kind ?? null, matchKey, contactId }];
  });
  const rows = new Map((await findRecipients(deps.db, workspaceId, keys)).map((row) => [row.n, row]));
  return read.map(({ place, request, given }, n) => {
    if (given instanceof Fault) return { place, request, result: given };
    const row = rows.get(n);
    const { recipient } = given;
    const result: Person = {
      contactId: row?.contactId ?? given.contactId,
      phone: recipient?.kind === 'phone' ? recipient.value : (row?.phone ?? null),
      userId: recipient?.kind === 'provider_user' ? recipient.value : (row?.userId ?? null),
      preferredChannel: row?.preferredChannel ?? null,
    };
    return { place, request, result };
  });
}

function ruleFor(rules: Rule[], { purpose }: MessageRequest, person: Person): Rule | undefined {
  return findRule(rules, { purpose, country: countryOf(person), preferredChannel: person.preferredChannel });
}

function noRule(rules: number): Fault {
  return invalidField(
    '/sender_id',
    rules === 0
      ? 'The workspace has no routing rules.'
      : `None of the ${rules} routing rules of the workspace is for this message: say which sender sends it.`,
  );
}

function caught<Result>(work: () => Result): Result | Fault {
  try {
    return work();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
