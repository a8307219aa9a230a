import type { ContentVerdict, MessageContent } from '#channels/provider.ts';
import { asText, type Option, type SaidAs } from './as-text.ts';
import { findTwin, sayVariant, type Twin } from './twins.ts';

/** Where a content is to be said. */
export interface Target {
  senderId: string;
  channel: string;
  /** The provider's own rules. */
  check: (content: MessageContent) => ContentVerdict;
}

export type Adapted =
  | { ok: true; content: MessageContent; saidAs: SaidAs; options: Option[] | null }
  | { ok: false; problem: string };

/**
 * The content as it is said at a sender: as it was written where that is taken, otherwise by its twin or as text. Nothing is
 * cut: what is too long there, or has a part that cannot be said, is not said at all. Pure.
 */
export function adaptContent(content: MessageContent, target: Target, twins: readonly Twin[]): Adapted {
  const twin = findTwin(content, twins);
  const own = twin?.variants.find((variant) => 'sender_id' in variant && variant.sender_id === target.senderId);
  if (own) return sayAs(sayVariant(content, own), target);
  const verdict = target.check(content);
  if (verdict.ok) return { ok: true, content, saidAs: 'as_written', options: null };
  const written = wordsOf(verdict);
  // What is wrong in itself does not become right as a text.
  if (!verdict.problems.some(({ code }) => code === 'unsupported')) return { ok: false, problem: written };
  if (content.type === 'template') {
    const variant = twin?.variants.find((one) => 'channel' in one && one.channel === target.channel);
    if (variant) return sayAs(sayVariant(content, variant), target);
    return { ok: false, problem: `The template has no twin for ${target.channel}.` };
  }
  const plain = asText(content);
  if (!plain) return { ok: false, problem: written };
  const text = { type: 'text', text: { body: plain.body } };
  const again = target.check(text);
  if (!again.ok) return { ok: false, problem: wordsOf(again) };
  return { ok: true, content: text, saidAs: plain.saidAs, options: plain.options };
}

function sayAs(said: ReturnType<typeof sayVariant>, target: Target): Adapted {
  if ('problem' in said) return { ok: false, problem: said.problem };
  const verdict = target.check(said.content);
  if (!verdict.ok) return { ok: false, problem: wordsOf(verdict) };
  return { ok: true, content: said.content, saidAs: 'twin', options: null };
}

function wordsOf(verdict: Extract<ContentVerdict, { ok: false }>): string {
  const [first] = verdict.problems;
  return first ? `${first.pointer === '' ? '' : `${first.pointer}: `}${first.message}` : 'It cannot be sent there.';
}
