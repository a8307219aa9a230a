import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { FastifyReply } from 'fastify';
import { type FaultVoice, GRAPH_VOICE } from './fault-voice.ts';
import type { Faults } from './faults.ts';
import type { ErrorAction, GarbageVariant, SendAction } from './rules.ts';

interface GoodAnswer {
  httpStatus: number;
  answer: unknown;
}

/** Whether the request counts as accepted although its answer goes wrong. */
export function isAccepting(action: SendAction): boolean {
  switch (action.kind) {
    case 'error':
    case 'http':
      return action.accepted ?? false;
    case 'garbage':
      return action.accepted ?? action.variant !== 'error_with_200';
    case 'accept_then_timeout':
    case 'accept_then_reset':
    case 'slow_answer':
    case 'delay_answer':
    case 'duplicate_acceptance':
    case 'fail_later':
      return true;
    case 'timeout':
    case 'reset':
    case 'reset_after_bytes':
    case 'redirect':
      return false;
  }
}

/** What an accepted message will fail with. */
export function failureOf(action: Extract<SendAction, { kind: 'fail_later' }>): { code: number; details: string } {
  return { code: action.code, details: action.details ?? 'The sandbox was told to fail this.' };
}

/** The ledger's word for a request that a fault kept from being accepted. */
export function outcomeOfFault(action: SendAction, voice = GRAPH_VOICE): string {
  if (action.kind === 'error') return `rejected:${action.code}`;
  if (action.kind === 'http' && action.body === 'graph') return `rejected:${voice.busy.code}`;
  if (action.kind === 'garbage' && action.variant === 'error_with_200') return `rejected:${voice.broken.code}`;
  return `dropped:${action.kind}`;
}

/** Answers as the rule says. `good` is what a healthy provider would have answered. */
export function answerWithFault(
  reply: FastifyReply,
  action: SendAction,
  good: GoodAnswer,
  faults: Faults,
  voice = GRAPH_VOICE,
): FastifyReply {
  switch (action.kind) {
    case 'error':
      return answerError(reply, action, voice);
    case 'http':
      return answerStatus(reply, action, voice);
    case 'redirect':
      return reply
        .code(action.http_status)
        .header('location', action.location ?? 'https://graph.example.com/elsewhere')
        .send();
    case 'duplicate_acceptance':
    case 'fail_later':
      return reply.code(good.httpStatus).send(good.answer);
    case 'delay_answer':
      return hold(reply, faults, action.ms, () => writeJson(reply.raw, good));
    case 'accept_then_timeout':
      return hold(reply, faults, action.release_ms, () => writeJson(reply.raw, good));
    case 'timeout':
      return hold(reply, faults, action.release_ms, () => reply.raw.destroy());
    case 'accept_then_reset':
    case 'reset':
    case 'reset_after_bytes':
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
      return reply;
    case 'slow_answer':
      return trickle(reply, good, action.bytes_per_second ?? 1);
    case 'garbage':
      return answerGarbage(reply, action.variant, good, { faults, voice });
  }
}

/** An error with the status and the words that the provider, Meta unless told, has for its code. */
export function answerError(reply: FastifyReply, action: ErrorAction, voice = GRAPH_VOICE): FastifyReply {
  const { httpStatus, envelope } = voice.error(action);
  if (action.retry_after !== undefined) reply.header('retry-after', action.retry_after);
  return reply.code(httpStatus).send(envelope);
}

function answerStatus(
  reply: FastifyReply,
  action: Extract<SendAction, { kind: 'http' }>,
  voice: FaultVoice,
): FastifyReply {
  if (action.retry_after !== undefined) reply.header('retry-after', action.retry_after);
  reply.code(action.http_status);
  switch (action.body ?? 'none') {
    case 'none':
      return reply.send();
    case 'html':
      return reply.type('text/html').send(`<html><body><h1>${action.http_status} Bad Gateway</h1></body></html>`);
    case 'graph':
      return reply.send(voice.busy.envelope(action.http_status));
  }
}

/** Keeps the connection open and silent until the time has passed, the faults are cleared, or the client leaves. */
function hold(reply: FastifyReply, faults: Faults, ms: number | undefined, then: () => void): FastifyReply {
  reply.hijack();
  const timer = ms === undefined ? undefined : setTimeout(finish, ms);
  const forget = faults.hold(() => reply.raw.destroy());
  reply.raw.on('close', () => {
    clearTimeout(timer);
    forget();
  });
  function finish(): void {
    forget();
    then();
  }
  return reply;
}

function trickle(reply: FastifyReply, good: GoodAnswer, bytesPerSecond: number): FastifyReply {
  reply.hijack();
  const bytes = Buffer.from(JSON.stringify(good.answer));
  reply.raw.writeHead(good.httpStatus, { 'content-type': 'application/json', 'content-length': bytes.length });
  reply.raw.flushHeaders();
  let sent = 0;
  const timer = setInterval(() => {
    reply.raw.write(bytes.subarray(sent, sent + 1));
    sent++;
    if (sent >= bytes.length) reply.raw.end();
  }, 1000 / bytesPerSecond);
  reply.raw.on('close', () => clearInterval(timer));
  return reply;
}

function answerGarbage(
  reply: FastifyReply,
  variant: GarbageVariant,
  { httpStatus, answer }: GoodAnswer,
  { faults, voice }: { faults: Faults; voice: FaultVoice },
): FastifyReply {
  const json = JSON.stringify(answer);
  reply.code(httpStatus);
  switch (variant) {
    case 'html':
      return reply
        .type('text/html; charset=utf-8')
        .send('<!DOCTYPE html><html><body>Sorry, something went wrong.</body></html>');
    case 'empty':
      return reply.type('application/json').send('');
    case 'truncated_json':
      return reply.type('application/json').send(json.slice(0, Math.floor(json.length / 2)));
    case 'no_id':
      return reply.send(voice.withoutId(answer));
    case 'same_id': {
      const id = faults.repeatedIds.get(voice) ?? voice.idOf(answer);
      if (id !== undefined) faults.repeatedIds.set(voice, id);
      return reply.send(voice.withId(answer, id));
    }
    case 'huge':
      return reply.type('application/json').send(Readable.from(hugeJson()));
    case 'gzip_bomb':
      return reply.type('application/json').header('content-encoding', 'gzip').send(gzipBomb());
    case 'wrong_content_length':
      reply.hijack();
      reply.raw.writeHead(httpStatus, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(json) + 100,
      });
      reply.raw.write(json, () => reply.raw.destroy());
      return reply;
    case 'bom':
      return reply.type('application/json').send(`\ufeff${json}`);
    case 'error_with_200':
      return reply.code(200).send(voice.broken.envelope);
  }
}

/** 100 MB of one string that never becomes JSON. */
function* hugeJson(): Generator<string> {
  yield '{"messages":[{"id":"wamid.';
  const piece = 'A'.repeat(65_536);
  for (let count = 0; count < 1600; count++) yield piece;
}

let bomb: Buffer | undefined;
/** A gigabyte of blanks in about one megabyte; gzip allows to put members one after another. */
function gzipBomb(): Buffer {
  if (!bomb) {
    const member = gzipSync(Buffer.alloc(32 * 1024 * 1024, ' '));
    bomb = Buffer.concat(Array.from({ length: 32 }, () => member));
  }
  return bomb;
}

function writeJson(response: ServerResponse, good: GoodAnswer): void {
  response.writeHead(good.httpStatus, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(good.answer));
}
