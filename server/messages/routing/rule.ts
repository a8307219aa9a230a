import type { Purpose } from '#messages/message.ts';
import { comparePrices, type Price } from './price.ts';
import type { Twin } from './twins.ts';

export const channels = ['whatsapp', 'sms', 'email'] as const;
export type Channel = (typeof channels)[number];

export interface RuleSender {
  sender_id: string;
  price?: Price;
}

/** One rule of a workspace, in the words of the API. */
export interface RuleDefinition {
  name: string;
  /** Each condition that is absent holds for every message. */
  when: { purposes?: Purpose[]; countries?: string[]; preferred_channels?: Channel[] };
  senders: RuleSender[];
  order: 'listed' | 'cheapest';
  reroute: {
    enabled: boolean;
    max_hops: number;
    price_ceiling?: Price;
    /** After so long a message that its sender cannot hand over goes another way; absent: never. */
    when_waiting_seconds?: number;
  };
  twins: Twin[];
}

export interface Rule extends RuleDefinition {
  id: string;
  position: number;
}

/** What rules look at. */
export interface RuleFacts {
  purpose: Purpose;
  /** ISO code of the phone number; null when none is known. */
  country: string | null;
  preferredChannel: Channel | null;
}

/** The rule that is for a message: the first whose conditions all hold. Pure. */
export function findRule(rules: readonly Rule[], facts: RuleFacts): Rule | undefined {
  return rules.find(({ when }) => {
    const { purposes, countries, preferred_channels: preferred } = when;
    if (purposes && !purposes.includes(facts.purpose)) return false;
    if (countries && (facts.country === null || !countries.includes(facts.country))) return false;
    return !preferred || (facts.preferredChannel !== null && preferred.includes(facts.preferredChannel));
  });
}

/** The senders of a rule in the order in which they are tried: of equal price as they are listed, those without a price
 *  last. Pure. */
export function orderSenders(rule: Pick<RuleDefinition, 'senders' | 'order'>): RuleSender[] {
  if (rule.order === 'listed') return [...rule.senders];
  return rule.senders.toSorted((a, b) => {
    if (!a.price || !b.price) return Number(!a.price) - Number(!b.price);
    return comparePrices(a.price, b.price);
  });
}
