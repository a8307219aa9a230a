import { isSupportedCountry } from 'libphonenumber-js/max';
import { actorOf, recordAudit } from '#accounts/accounts.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { Fault, invalidField } from '#platform/fault.ts';
import type { Caller } from '#platform/http.ts';
import { newId } from '#platform/ids.ts';
import { isAmount, type Price } from './price.ts';
import { deleteRule, findRuleRow, insertRule, listRuleRows, type RuleRow, updateRule } from './routing-store.ts';
import type { RuleDefinition } from './rule.ts';
import { bodyPlaces, textsOf, type Twin, type Variant } from './twins.ts';

const mostRules = 100;

/** A rule as it comes, after its schema was checked. */
export interface RuleRequest extends Pick<RuleDefinition, 'name' | 'when' | 'senders'> {
  position?: number;
  order?: RuleDefinition['order'];
  reroute?: Partial<RuleDefinition['reroute']>;
  twins?: { template: string; language: string; variants: VariantRequest[] }[];
}

interface VariantRequest {
  channel?: 'whatsapp' | 'sms' | 'email';
  subject?: string;
  text?: string;
  sender_id?: string;
  template?: string;
  language?: string;
}

/** The rules of the workspace, in the order in which they are looked at. */
export function pageRules(db: Database, workspaceId: string): Promise<RuleRow[]> {
  return withWorkspace(db, workspaceId, (tx) => listRuleRows(tx, workspaceId));
}

/** The rule, or `not_found`. */
export async function getRule(db: Database, workspaceId: string, id: string): Promise<RuleRow> {
  const row = await withWorkspace(db, workspaceId, (tx) => findRuleRow(tx, workspaceId, id));
  if (!row) throw noSuchRule();
  return row;
}

/** Adds a rule. Throws a Fault that points at what is wrong with it. */
export async function addRule(
  db: Database,
  caller: Caller,
  senders: SenderAccount[],
  request: RuleRequest,
): Promise<RuleRow> {
  const { workspaceId } = caller;
  const rule = readRule(request, senders);
  const id = newId();
  await withWorkspace(db, workspaceId, async (tx) => {
    if ((await listRuleRows(tx, workspaceId)).length >= mostRules)
      throw new Fault('conflict', { detail: `A workspace has at most ${mostRules} routing rules.` });
    await insertRule(tx, { workspaceId, id, position: request.position ?? null, rule });
    await recordAudit(tx, about(caller, 'routing_rule.add', id, rule));
  });
  return getRule(db, workspaceId, id);
}

/** Puts another rule in the place of one. Throws `not_found`, and as `addRule`. */
export async function replaceRule(
  db: Database,
  caller: Caller,
  senders: SenderAccount[],
  id: string,
  request: RuleRequest,
): Promise<RuleRow> {
  const { workspaceId } = caller;
  await getRule(db, workspaceId, id);
  const rule = readRule(request, senders);
  await withWorkspace(db, workspaceId, async (tx) => {
    if (!(await updateRule(tx, { workspaceId, id, position: request.position ?? null, rule }))) throw noSuchRule();
    await recordAudit(tx, about(caller, 'routing_rule.change', id, rule));
  });
  return getRule(db, workspaceId, id);
}

/** Messages that it routed stay where they are, and are not rerouted any more. Throws `not_found`. */
export async function removeRule(db: Database, caller: Caller, id: string): Promise<void> {
  await withWorkspace(db, caller.workspaceId, async (tx) => {
    if (!(await deleteRule(tx, caller.workspaceId, id))) throw noSuchRule();
    await recordAudit(tx, about(caller, 'routing_rule.remove', id, null));
  });
}

/** The whole rule, with what was left out filled in. Throws a Fault that points at the field. Pure. */
export function readRule(request: RuleRequest, senders: readonly Pick<SenderAccount, 'senderId'>[]): RuleDefinition {
  const { name, when, order = 'listed', reroute = {}, twins = [] } = request;
  const known = new Set(senders.map(({ senderId }) => senderId));
  const requireSender = (id: string, pointer: string): string => {
    const senderId = id.toLowerCase();
    if (known.has(senderId)) return senderId;
    throw invalidField(pointer, 'There is no such sender. GET /v1/senders lists them.', 'sender_not_found');
  };
  when.countries?.forEach((country, index) => {
    if (!isSupportedCountry(country))
      throw invalidField(`/when/countries/${index}`, 'This is no ISO code of a country.');
  });
  const listed = request.senders.map(({ sender_id, price }, index) => {
    if (price) checkPrice(price, `/senders/${index}/price`);
    return { sender_id: requireSender(sender_id, `/senders/${index}/sender_id`), ...(price ? { price } : {}) };
  });
  if (new Set(listed.map(({ sender_id }) => sender_id)).size < listed.length)
    throw invalidField('/senders', 'A sender is in the list twice.');
  const { price_ceiling: ceiling, when_waiting_seconds: patience } = reroute;
  if (ceiling) checkPrice(ceiling, '/reroute/price_ceiling');
  const prices = [...listed.flatMap(({ price }) => price ?? []), ...(ceiling ? [ceiling] : [])];
  if (new Set(prices.map(({ currency }) => currency)).size > 1)
    throw invalidField('/senders', 'Prices of one rule are of one currency: others cannot be compared.');
  return {
    name,
    when,
    senders: listed,
    order,
    reroute: {
      enabled: reroute.enabled ?? false,
      max_hops: reroute.max_hops ?? 1,
      ...(ceiling ? { price_ceiling: ceiling } : {}),
      ...(patience === undefined ? {} : { when_waiting_seconds: patience }),
    },
    twins: readTwins(twins, requireSender),
  };
}

function checkPrice({ amount, currency }: Price, pointer: string): void {
  if (!isAmount(amount))
    throw invalidField(
      `${pointer}/amount`,
      'It must be a decimal such as 0.075, with at most six digits behind the dot.',
    );
  if (!/^[A-Z]{3}$/.test(currency)) throw invalidField(`${pointer}/currency`, 'It must be a code such as EUR.');
}

function readTwins(
  twins: NonNullable<RuleRequest['twins']>,
  requireSender: (id: string, pointer: string) => string,
): Twin[] {
  const names = twins.map(({ template, language }) => `${template} ${language.replace('-', '_')}`);
  if (new Set(names).size < names.length) throw invalidField('/twins', 'A template has two twins.');
  return twins.map(({ template, language, variants }, index) => {
    const read = variants.map((variant, place) => {
      const pointer = `/twins/${index}/variants/${place}`;
      return { pointer, variant: readVariant(variant, pointer, requireSender) };
    });
    checkPlaces(read);
    return { template, language, variants: read.map(({ variant }) => variant) };
  });
}

function readVariant(
  variant: VariantRequest,
  pointer: string,
  requireSender: (id: string, pointer: string) => string,
): Variant {
  const { channel, subject, text, sender_id: sender, template, language } = variant;
  if ((channel === undefined) === (sender === undefined))
    throw invalidField(pointer, 'It is for a channel or for a sender: give one of channel and sender_id.');
  if (sender !== undefined) {
    if (template === undefined || language === undefined || text !== undefined || subject !== undefined)
      throw invalidField(pointer, 'For a sender it has a template and its language, and no text.');
    return { sender_id: requireSender(sender, `${pointer}/sender_id`), template, language };
  }
  if (text === undefined || template !== undefined || language !== undefined)
    throw invalidField(pointer, 'For a channel it has a text, and no template.');
  if ((channel === 'email') !== (subject !== undefined))
    throw invalidField(`${pointer}/subject`, 'A subject is for email, and needed there.');
  return channel === 'email' ? { channel, subject: subject ?? '', text } : { channel: channel ?? 'sms', text };
}

// Every value of the template's body is said in each variant, so all of them name the same places.
function checkPlaces(read: { pointer: string; variant: Variant }[]): void {
  const texts = read.filter(({ variant }) => 'channel' in variant);
  const placesOf = ({ variant }: { variant: Variant }) =>
    [...new Set(textsOf(variant).flatMap((text) => [...bodyPlaces(text)]))].sort();
  const [first, ...others] = texts;
  if (!first) return;
  const expected = placesOf(first);
  for (const one of others) {
    const own = placesOf(one);
    if (own.join(' ') === expected.join(' ')) continue;
    const said = (names: string[]) => names.map((name) => `{{${name}}}`).join(', ') || 'none';
    throw invalidField(
      one.pointer,
      `Variants of a template have the same places: here ${said(own)}, before ${said(expected)}.`,
    );
  }
}

function about(caller: Caller, action: string, id: string, rule: RuleDefinition | null) {
  const details = rule === null ? {} : { name: rule.name, reroute: rule.reroute, senders: rule.senders };
  return { workspaceId: caller.workspaceId, actor: actorOf(caller), action, subject: `routing_rule:${id}`, details };
}

function noSuchRule(): Fault {
  return new Fault('not_found', { detail: 'There is no routing rule with this id.' });
}
