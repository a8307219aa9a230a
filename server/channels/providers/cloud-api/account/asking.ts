import type { ErrorEntry } from '#channels/provider.ts';
import type { AccountAccess, ProviderCalls } from '#channels/provider-account.ts';
import { reactionTo } from '#channels/providers/cloud-api/errors/errors.ts';
import { isFields } from '#channels/providers/payloads/fields.ts';
import { Fault } from '#platform/fault.ts';
import { callGraph, type GraphAnswer, type GraphCall } from './graph.ts';
import { AnswerMisread, flag, object, optional, type Reader, text } from './reading.ts';

/** Who asks, and with which calls: the first argument of every typed call. */
export interface Account extends AccountAccess {
  calls: ProviderCalls;
}

/**
 * Calls a management end point and reads the answer. Throws Fault `provider_refused` when Meta says no, with its words,
 * its code and what to do; `upstream_failed` when it cannot now, when nobody answers, and when the answer cannot be read.
 */
export async function askGraph<Value>(account: Account, call: GraphCall, read: Reader<Value>): Promise<Value> {
  const answer = await callGraph(account.calls, account, call);
  if (!answer.ok) throw faultOf(answer, call);
  return readAnswer(answer.fields, read);
}

/** For what Meta answers with `{"success": true}`. `false` is a refusal without words. */
export async function tellGraph(account: Account, call: GraphCall): Promise<void> {
  const { success, reason } = await askGraph(
    account,
    call,
    object({ success: optional(flag), reason: optional(text) }),
  );
  if (success !== false) return;
  throw new Fault('provider_refused', {
    detail: reason ?? 'Meta answered that it was not done, and does not say why.',
  });
}

/** Reads an answer, or throws Fault `upstream_failed` with the place that makes no sense. */
export function readAnswer<Value>(answer: unknown, read: Reader<Value>): Value {
  try {
    return read(answer, 'answer');
  } catch (error) {
    if (!(error instanceof AnswerMisread)) throw error;
    throw new Fault('upstream_failed', {
      detail: `The answer of Meta cannot be read: ${error.message}.`,
      cause: error,
    });
  }
}

/** The refusal that a caller gets for an answer of Meta's. */
export function faultOf(answer: Extract<GraphAnswer, { ok: false }>, call: Pick<GraphCall, 'method'>): Fault {
  const isChange = (call.method ?? 'GET') !== 'GET';
  const doubt = isChange ? ' Whether the change was made is not known: look before you repeat it.' : '';
  const { error, words } = answer;
  if (error === null) return new Fault('upstream_failed', { detail: `${words}${doubt}` });
  const row = reactionTo(error);
  const isKnown = row.code !== 'unlisted';
  const parts = [words, error.details, isKnown ? row.advice : undefined].filter((part) => part !== undefined);
  const extensions = {
    provider_error: {
      provider: row.provider,
      code: error.code,
      subcode: error.subcode ?? null,
      title: error.title,
      details: error.details ?? null,
      trace_id: error.traceId ?? null,
    },
  };
  const detail = parts.map(sentence).join(' ');
  if (!comesBack(row) && !saysTransient(answer)) return new Fault('provider_refused', { detail, extensions });
  const retryAfterSeconds = answer.retryAfterSeconds ?? row.waitSeconds ?? row.delaySeconds;
  return new Fault('upstream_failed', {
    detail: row.reaction === 'unknown' ? `${detail}${doubt}` : detail,
    extensions,
    ...(retryAfterSeconds === undefined ? undefined : { retryAfterSeconds }),
  });
}

/** Whether the same call may succeed later without being changed. */
function comesBack(row: ErrorEntry): boolean {
  return row.remedy === 'wait' || row.remedy === 'receipt';
}

// Meta marks some errors itself, also such as have a code that otherwise does not pass.
function saysTransient({ fields }: Extract<GraphAnswer, { ok: false }>): boolean {
  return isFields(fields?.['error']) && fields['error']['is_transient'] === true;
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** A path of one step for each part, so that no id can lead elsewhere. */
export function pathOf(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join('/');
}
