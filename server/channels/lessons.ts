// What providers teach beside messages, in words that are the same for all of them.

export type Fact = string | number | boolean | null;

export const templateStatuses = [
  'approved',
  'pending',
  'rejected',
  'paused',
  'disabled',
  'flagged',
  'in_appeal',
  'limit_exceeded',
  'archived',
  'locked',
  'pending_deletion',
  'deleted',
  /** The provider answered that it knows no such template. */
  'not_found',
] as const;
export type TemplateStatus = (typeof templateStatuses)[number];

/** What is told of one side of a template. */
export type TemplateLesson = { about: 'template'; name: string; language: string; providerId?: string } & (
  | {
      what: 'status';
      status: TemplateStatus;
      /** In words, or in the provider's. */
      reason?: string;
      /** When it ends by itself, in epoch seconds. */
      untilSeconds?: number;
    }
  | { what: 'quality'; quality: string }
  /** `next` is the category that it gets at `nextAtSeconds`. */
  | { what: 'category'; category: string; next?: string; nextAtSeconds?: number }
  | { what: 'components'; components: Record<string, unknown> }
);

/** A refusal is a weaker teacher than a webhook: what it says ends by itself, and then the template is tried again. */
export interface TemplateRefusal {
  status: TemplateStatus;
  reason: string;
  untilSeconds: number;
}

/** How many people a day conversations may be begun with; null: as many as one likes. */
export interface MessagingLimit {
  tier: string;
  perDay: number | null;
}

/** What is told of one number: the one of the event, or the one with this phone. */
export type NumberLesson = { about: 'number'; phone?: string; externalId?: string } & (
  | { what: 'quality'; value: { event: string; rating: string | null } }
  | { what: 'limit'; value: MessagingLimit }
  | { what: 'throughput'; value: { perSecond: number } }
  | { what: 'name'; value: { decision: string; name: string | null; reason: string | null } }
  | { what: 'username'; value: { status: string; username: string | null } }
);

/** What an account may no longer do. */
export const restrictions = [
  'business_initiated',
  'customer_initiated',
  'utility_templates',
  'direct_send_utility',
  'direct_send_authentication',
  'direct_send_service',
] as const;
export type Restriction = (typeof restrictions)[number];

/** What a refused message says the account may not do; it ends by itself, as what is said of templates does. */
export interface RestrictionRefusal {
  restriction: Restriction;
  reason: string;
  untilSeconds: number;
}

/** What is told of the account as a whole. */
export type AccountLesson = { about: 'account' } & (
  | { what: 'limit'; value: MessagingLimit }
  | { what: 'review'; value: { decision: string } }
  /** `stops` tells whether nothing goes any more; `reason` is in words. */
  | { what: 'standing'; value: { stops: boolean; state: string; reason: string } }
  | {
      what: 'restriction';
      restriction: Restriction;
      /** A refused message says so. It is kept beside what the provider announced, which knows a better end. */
      byRefusal?: true;
      value: { reason: string; untilSeconds: number | null };
    }
);

/** What Carillon knows from now on. The time is that of the event; what was told later stands. */
export type Lesson = TemplateLesson | NumberLesson | AccountLesson;
