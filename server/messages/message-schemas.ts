import { Type } from 'typebox';
import { longestTtlSeconds } from './accept/direct-send.ts';
import { instant, nullable, oneOf, strictObject, uuid } from '#platform/schema.ts';
import { routingSchema } from './routing/routing-schemas.ts';
import { directSendCategories, liveStatuses, marketingPolicies, purposes, settledStatuses } from './message.ts';
import { waitRules } from './waits-for.ts';

/** What is said, as in the Cloud API: `type`, and an object of the same name. The provider's rules are checked behind it. */
const contentSchema = Type.Object(
  { type: Type.String({ minLength: 1, maxLength: 40 }) },
  {
    additionalProperties: true,
    maxProperties: 3,
    description:
      'Content in the words of the Cloud API: its type, and an object of the same name, e.g. {"type":"text","text":{"body":"Hello"}}. Types: text, image, audio, video, document, sticker, location, contacts, reaction, interactive, template; in groups also pin; by e-mail email and text',
  },
);

const metadataSchema = Type.Record(Type.String({ pattern: '^[\\w.-]{1,64}$' }), Type.String({ maxLength: 512 }), {
  maxProperties: 50,
  additionalProperties: false,
  description: 'Your own data; it comes back with the message',
});

const marketingSchema = strictObject({
  product_policy: Type.Optional(
    oneOf(marketingPolicies, { description: 'What becomes of a message that this way does not take' }),
  ),
  message_activity_sharing: Type.Optional(Type.Boolean({ description: 'Tell Meta what people do with the message' })),
});

const directSendSchema = strictObject(
  {
    category: oneOf(directSendCategories, { description: 'What the message is billed as' }),
    ttl_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: longestTtlSeconds,
        description: 'For so long the provider keeps it for a phone that is off; 30 days when absent',
      }),
    ),
    template_name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'What the provider is to call the content' }),
    ),
  },
  {
    description:
      'Free content instead of a template, also outside the service window. The connection must have direct_send on',
  },
);

/** What a text is as an SMS, before it is sent. */
export const smsSizeSchema = Type.Object(
  {
    encoding: oneOf(['GSM-7', 'UCS-2']),
    segments: Type.Integer({ description: 'Each is paid for' }),
    characters: Type.Integer({ description: 'As they are counted: some count twice' }),
    forcing: Type.Array(Type.String(), {
      description: 'The characters that make it UCS-2, of which 70 fit into a segment in place of 160',
    }),
  },
  { additionalProperties: false, description: 'How the text travels as an SMS; null when it is none' },
);

export const messageRequestSchema = strictObject({
  to: Type.Optional(Type.String({ maxLength: 64, description: 'Phone number with + and country code' })),
  recipient: Type.Optional(
    Type.String({
      maxLength: 160,
      description:
        "Business-scoped user id, or WhatsApp's own that ends with @lid; one-time codes need a phone number instead",
    }),
  ),
  group_id: Type.Optional(Type.String({ maxLength: 256, description: "Provider's id of a group" })),
  to_email: Type.Optional(Type.String({ maxLength: 320, description: 'E-mail address; for senders of e-mail' })),
  contact_id: Type.Optional(uuid()),
  sender_id: Type.Optional(
    uuid({ description: 'Needed when the workspace has several senders and no routing rule for the message' }),
  ),
  purpose: oneOf(purposes, { description: 'Why it is sent; decides about consent, lane and retries' }),
  content: contentSchema,
  send_at: Type.Optional(instant()),
  expires_at: Type.Optional(
    instant({
      description:
        'After this it is not handed to the provider any more. How long the provider keeps it for a phone that is off is a property of the template, or direct_send.ttl_seconds',
    }),
  ),
  reply_to: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: "Id of the message that is answered, ours or the provider's",
    }),
  ),
  recipient_identity_key_hash: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'Deliver only while the key of the phone has this hash: guards against a number that changed hands',
    }),
  ),
  marketing_messages: Type.Optional(marketingSchema),
  direct_send: Type.Optional(directSendSchema),
  tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 20 })),
  metadata: Type.Optional(metadataSchema),
});

/** The messages of a batch are checked one by one: see the route. */
export const batchSchema = strictObject({
  messages: Type.Array(Type.Object({}, { additionalProperties: true, description: 'As for POST /v1/messages' }), {
    minItems: 1,
    maxItems: 1000,
  }),
});

const anyObject = Type.Object({}, { additionalProperties: true });

export const decisionSchema = strictObject({
  outcome: oneOf(['send', 'hold', 'block']),
  rule: Type.String(),
  facts: anyObject,
  until: Type.Optional(nullable(Type.String())),
});

export const acceptedSchema = strictObject({
  id: uuid(),
  status: oneOf(['queued', 'scheduled', 'held']),
  created_at: instant(),
  decision: decisionSchema,
});

export const batchAnswerSchema = strictObject({
  results: Type.Array(
    strictObject({
      id: nullable(uuid()),
      status: oneOf(['queued', 'scheduled', 'held', 'blocked', 'refused']),
      created_at: Type.Optional(instant()),
      decision: Type.Optional(decisionSchema),
      problem: Type.Optional(anyObject),
    }),
  ),
});

export const messageSchema = strictObject({
  id: uuid(),
  direction: oneOf(['outbound', 'inbound']),
  status: oneOf([...liveStatuses, ...settledStatuses]),
  purpose: oneOf(purposes),
  type: Type.String(),
  content: anyObject,
  to: nullable(Type.String({ description: 'Address of the contact when it was given as a phone number' })),
  recipient: nullable(Type.String({ description: 'Address of the contact when it was given as a user id' })),
  group_id: nullable(Type.String({ description: 'Address of the contact when it is a group' })),
  to_email: nullable(Type.String({ description: 'Address of the contact when it is an e-mail address' })),
  contact_id: uuid(),
  contact: strictObject({ id: uuid(), name: nullable(Type.String()), phone: nullable(Type.String()) }),
  participant: nullable(
    strictObject(
      { id: uuid(), name: nullable(Type.String()) },
      { description: 'The contact who wrote it, when it was written in a group' },
    ),
  ),
  sender_id: uuid(),
  reply_to: nullable(Type.String()),
  choice: nullable(
    strictObject(
      {
        message_id: uuid({ description: 'The message that offered it' }),
        number: Type.Integer(),
        id: Type.String(),
        title: Type.String(),
      },
      { description: 'The answer that it chooses, by number or title, where buttons or a list were sent as text' },
    ),
  ),
  recipient_identity_key_hash: nullable(Type.String()),
  marketing_messages: nullable(marketingSchema),
  direct_send: nullable(directSendSchema),
  tags: Type.Array(Type.String()),
  metadata: Type.Record(Type.String(), Type.String()),
  provider_message_id: nullable(Type.String()),
  send_at: nullable(instant()),
  expires_at: nullable(instant()),
  created_at: instant(),
  updated_at: instant(),
  timestamps: strictObject({
    accepted_at: nullable(instant()),
    sent_at: nullable(instant()),
    delivered_at: nullable(instant()),
    read_at: nullable(instant()),
    played_at: nullable(instant()),
    failed_at: nullable(instant()),
  }),
  error: nullable(
    strictObject({
      code: Type.String(),
      title: Type.String(),
      details: nullable(Type.String()),
      advice: nullable(Type.String({ description: 'What the operator can do' })),
      tell: nullable(Type.String({ description: 'What to tell whoever wrote the message' })),
    }),
  ),
  decision: nullable(decisionSchema),
  routing: nullable(routingSchema),
  trace_id: nullable(Type.String()),
});

export const traceSchema = strictObject({
  message: messageSchema,
  events: Type.Array(
    strictObject({
      at: instant(),
      kind: Type.String(),
      title: Type.String(),
      detail: anyObject,
      late: Type.Optional(Type.Boolean()),
      raw_webhook_id: Type.Optional(uuid()),
    }),
  ),
  dead_letter: nullable(anyObject),
  media: Type.Array(anyObject),
  waits_for: nullable(strictObject({ rule: oneOf(waitRules), detail: Type.String(), until: nullable(instant()) })),
});
