import type { Fact, Lesson } from './lessons.ts';
import type { ErrorReaction, MessageContent, ProviderError } from './provider.ts';

// What an adapter finds in a webhook, the same for all providers.

/** Someone as the provider names them in a webhook. At least one of the ids is there. */
export interface ProviderPerson {
  /** Digits as WhatsApp writes them (no "+"). */
  waId?: string;
  providerUserId?: string;
  parentProviderUserId?: string;
  username?: string;
  email?: string;
  profileName?: string;
}

/** An instant as the provider wrote it; `suspicious` when it was missing, not a number, or absurd (then receive time is used). */
export interface ProviderInstant {
  epochSeconds: number | null;
  suspicious: boolean;
}

export interface InboundMedia {
  kind: 'image' | 'audio' | 'video' | 'document' | 'sticker';
  mediaId: string;
  mimeType?: string;
  sha256?: string;
  filename?: string;
}

export type DecodedEvent =
  | {
      kind: 'message';
      contentKey: string;
      senderExternalId: string;
      /** Counts where no sender has the first id: a number may also be known by the group of numbers that it works for. */
      otherSenderExternalId?: string;
      providerMessageId: string;
      from: ProviderPerson;
      /** The provider's id of the group that it was written in. */
      groupId?: string;
      at: ProviderInstant;
      /** The content as it came; `type` is `unsupported` for kinds that we cannot show. */
      content: MessageContent;
      supported: boolean;
      /** Why it cannot be shown, in words. */
      reason?: string;
      /** Text a person typed or the title of what they tapped: for keywords. */
      text?: string;
      replyToProviderId?: string;
      media?: InboundMedia;
      /** The window of free-form messages opens with this message (edits, revokes and system notes do not). */
      opensWindow: boolean;
    }
  | {
      kind: 'status';
      contentKey: string;
      senderExternalId: string;
      /** As with messages. */
      otherSenderExternalId?: string;
      providerMessageId: string;
      /** What the provider's answer to the send called it, where that is another id than receipts have. */
      earlierProviderId?: string;
      /** `accepted` says only that the provider has it. `other` keeps what the provider called it in `providerStatus`; it
       *  carries no rank. */
      status: 'accepted' | 'sent' | 'delivered' | 'read' | 'played' | 'failed' | 'other';
      providerStatus: string;
      at: ProviderInstant;
      callbackData?: string;
      /** In a group: the participant, if one is named. */
      recipient: ProviderPerson;
      /** The provider's id of the group that the message went to. */
      groupId?: string;
      error?: ProviderError;
      row?: ErrorReaction;
      pricing?: Record<string, unknown>;
    }
  | {
      kind: 'preference';
      contentKey: string;
      senderExternalId: string;
      person: ProviderPerson;
      at: ProviderInstant;
      marketing: 'stop' | 'resume';
      /** With a stop: of all messages on the channel. */
      everything?: boolean;
      /** Why, in words; absent: the person stopped it in the channel itself. */
      reason?: string;
    }
  /** The provider says that a person is from now on known by other ids. `before` and `after` name at least one id each. */
  | {
      kind: 'identity';
      contentKey: string;
      senderExternalId: string;
      at: ProviderInstant;
      before: ProviderPerson;
      after: ProviderPerson;
    }
  /** News of an account, a number, a template, a call, a group …: kept, told to those who follow the log, learned from. */
  | {
      kind: 'account';
      contentKey: string;
      /** The provider's name of the field, by what the news looks like. */
      field: string;
      /** The domain event that it is, for example `template.status_changed`. */
      name: string;
      senderExternalId?: string;
      /** The provider's id of the business account that it came for. */
      accountExternalId?: string;
      at: ProviderInstant;
      facts: Record<string, Fact>;
      lessons: Lesson[];
      value: Record<string, unknown>;
    }
  /** A shape that we do not know. Kept with its raw body, listed, never an error. */
  | { kind: 'unknown'; contentKey: string; field?: string; reason: string; value: unknown };
