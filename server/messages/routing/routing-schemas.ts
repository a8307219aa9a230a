import { Type } from 'typebox';
import { purposes } from '#messages/message.ts';
import { instant, nullable, oneOf, strictObject, uuid } from '#platform/schema.ts';
import { refusingReasons, reroutingReasons, waitingReasons } from './routing.ts';
import { channels } from './rule.ts';

const priceSchema = strictObject({
  amount: Type.String({ minLength: 1, maxLength: 16, description: 'Of one message, as a decimal: 0.075' }),
  currency: Type.String({ minLength: 3, maxLength: 3, description: 'ISO 4217' }),
});

const skippedSchema = strictObject({
  sender_id: uuid(),
  reason: oneOf([...waitingReasons, ...refusingReasons, ...reroutingReasons]),
  detail: Type.String(),
});

const anyContent = Type.Object({}, { additionalProperties: true });
const saidAsSchema = oneOf(['as_written', 'twin', 'numbered_options', 'caption_and_link', 'map_link']);

/** Why a message goes by its sender. */
export const routingSchema = strictObject(
  {
    rule: strictObject({ id: uuid(), name: Type.String() }),
    skipped: Type.Array(skippedSchema, { description: 'Senders that came before, and why they did not take it' }),
    price: nullable(priceSchema),
    said_as: saidAsSchema,
    original: nullable(Type.Object({}, { additionalProperties: true, description: 'What was asked for' })),
    options: nullable(
      Type.Array(strictObject({ id: Type.String(), title: Type.String() }), {
        description: 'Answers that it offers by number',
      }),
    ),
    hop: Type.Integer({ description: 'How often it was rerouted before' }),
    rerouted_from: nullable(uuid()),
    rerouted_to: nullable(uuid({ description: 'The message that took its place' })),
    reason: nullable(Type.String({ description: 'Why it was rerouted' })),
  },
  { description: 'Why it goes by this sender; null when the sender was named or is the only one' },
);

const text = Type.String({ minLength: 1, maxLength: 4_096 });

const ruleFields = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  when: strictObject(
    {
      purposes: Type.Optional(Type.Array(oneOf(purposes), { minItems: 1, maxItems: 4 })),
      countries: Type.Optional(
        Type.Array(Type.String({ minLength: 2, maxLength: 2, description: 'ISO 3166, e.g. DE' }), {
          minItems: 1,
          maxItems: 250,
        }),
      ),
      preferred_channels: Type.Optional(Type.Array(oneOf(channels), { minItems: 1, maxItems: 3 })),
    },
    { description: 'The rule is for messages that fit all of these; an empty object is for every message' },
  ),
  senders: Type.Array(strictObject({ sender_id: uuid(), price: Type.Optional(priceSchema) }), {
    minItems: 1,
    maxItems: 20,
  }),
};

const order = oneOf(['listed', 'cheapest'], { description: 'In which order senders are tried; listed when absent' });
const twinSchema = strictObject({
  template: Type.String({ minLength: 1, maxLength: 512 }),
  language: Type.String({ minLength: 1, maxLength: 20 }),
  variants: Type.Array(
    strictObject({
      channel: Type.Optional(oneOf(channels)),
      subject: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
      text: Type.Optional(text),
      sender_id: Type.Optional(uuid()),
      template: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
      language: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })),
    }),
    {
      minItems: 1,
      maxItems: 20,
      description:
        'For a channel its text (and for email a subject), with {{1}} or {{name}} where values of the body go; or for a sender another template',
    },
  ),
});

const patience = Type.Integer({
  minimum: 5,
  maximum: 86_400,
  description: 'After so long a message that its sender cannot hand over goes another way; never when absent',
});

/** A rule as it is written. */
export const ruleBodySchema = strictObject({
  ...ruleFields,
  position: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100_000,
      description: 'Rules are looked at from the smallest; last when absent',
    }),
  ),
  order: Type.Optional(order),
  reroute: Type.Optional(
    strictObject({
      enabled: Type.Optional(Type.Boolean({ description: 'false when absent' })),
      max_hops: Type.Optional(Type.Integer({ minimum: 1, maximum: 5, description: '1 when absent' })),
      price_ceiling: Type.Optional(priceSchema),
      when_waiting_seconds: Type.Optional(patience),
    }),
  ),
  twins: Type.Optional(Type.Array(twinSchema, { maxItems: 200 })),
});

/** A rule as it is kept. */
export const ruleSchema = strictObject({
  ...ruleFields,
  id: uuid(),
  position: Type.Integer(),
  order,
  reroute: strictObject({
    enabled: Type.Boolean(),
    max_hops: Type.Integer(),
    price_ceiling: Type.Optional(priceSchema),
    when_waiting_seconds: Type.Optional(patience),
  }),
  twins: Type.Array(twinSchema),
  created_at: instant(),
  updated_at: instant(),
});

const foreseenFields = {
  sender_id: nullable(uuid({ description: 'Where it would go if the first one was refused now; null: nowhere' })),
  rule: nullable(Type.String({ description: 'The rule that says no' })),
  detail: nullable(Type.String()),
};

/** Whether and where a message would be rerouted. */
export const foreseenSchema = strictObject(foreseenFields);

/** What would become of a message, sender by sender. */
export const previewSchema = strictObject({
  rule: strictObject({ id: uuid(), name: Type.String() }),
  sender_id: nullable(uuid({ description: 'The one that would take it' })),
  reroute: strictObject({ enabled: Type.Boolean(), max_hops: Type.Integer(), ...foreseenFields }),
  senders: Type.Array(
    strictObject({
      sender_id: uuid(),
      channel: nullable(Type.String()),
      price: nullable(priceSchema),
      goes: Type.Boolean({ description: 'It could be sent there now' }),
      reason: nullable(Type.String({ description: 'Why not' })),
      detail: nullable(Type.String()),
      said_as: nullable(saidAsSchema),
      content: nullable(anyContent),
    }),
  ),
});
