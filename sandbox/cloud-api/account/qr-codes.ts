import { randomInt } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { StateJournal } from '#storage/state.ts';
import { accessToNumber, unknownObject } from '#cloud-api/access.ts';
import { requireText, shown } from '#cloud-api/checks.ts';
import type { Credentials } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { pick } from '#cloud-api/node-fields.ts';
import { pagedAnswer } from '#cloud-api/paging.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';

/** A short link to a chat with a text that is written already. */
interface QrCode {
  code: string;
  phone_number_id: string;
  prefilled_message: string;
}

const MOST_CODES = 2000;

export class QrCodes {
  readonly #state: StateJournal;
  readonly #byCode = new Map<string, QrCode>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<QrCode>('qr_code', (code) => this.#byCode.set(code.code, code));
    state.on<{ code: string }>('qr_code_gone', ({ code }) => this.#byCode.delete(code));
    state.snapshot(() => [...this.#byCode.values()].map((code) => ['qr_code', code] as const));
  }

  list(phoneNumberId: string): QrCode[] {
    return [...this.#byCode.values()].filter((code) => code.phone_number_id === phoneNumberId);
  }

  find(phoneNumberId: string, code: string): QrCode | undefined {
    const found = this.#byCode.get(code);
    return found?.phone_number_id === phoneNumberId ? found : undefined;
  }

  has(code: string): boolean {
    return this.#byCode.has(code);
  }

  save(code: QrCode): void {
    this.#byCode.set(code.code, code);
    this.#state.record('qr_code', code);
  }

  remove({ code }: QrCode): void {
    this.#byCode.delete(code);
    this.#state.record('qr_code_gone', { code });
  }
}

interface Deps {
  credentials: Credentials;
  settings: Settings;
  qrCodes: QrCodes;
}

type ById = { Params: { id: string } };
type ByCode = { Params: { id: string; code: string } };

/** `/{PHONE}/message_qrdls` */
export function qrCodeRoutes(app: FastifyInstance, deps: Deps): void {
  const { qrCodes } = deps;

  app.get<ById>('/:id/message_qrdls', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    return pagedAnswer(
      request,
      qrCodes.list(id),
      ({ code }) => code,
      (code) => withoutId(pick(request, viewOf(code, imageFormatOf(request), request), STANDARD)),
    );
  });

  app.post<ById>('/:id/message_qrdls', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const fields = fieldsOf(request);
    const message = requireText(fields, 'prefilled_message', 'prefilled_message', 140);
    if (fields['code'] !== undefined) {
      const code = found(id, shown(fields['code']));
      code.prefilled_message = message;
      qrCodes.save(code);
      return viewOf(code, undefined, request);
    }
    const format = fields['generate_qr_image'] === undefined ? undefined : formatOf(fields['generate_qr_image']);
    if (qrCodes.list(id).length >= MOST_CODES) throw new GraphError(100, `A number has at most ${MOST_CODES} codes.`);
    const code = { code: newCode(), phone_number_id: id, prefilled_message: message };
    qrCodes.save(code);
    return viewOf(code, format, request);
  });

  app.get<ByCode>('/:id/message_qrdls/:code', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const code = found(id, request.params.code);
    return { data: [withoutId(pick(request, viewOf(code, imageFormatOf(request), request), STANDARD))] };
  });

  app.delete<ByCode>('/:id/message_qrdls/:code', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    qrCodes.remove(found(id, request.params.code));
    return { success: true };
  });

  function found(phoneNumberId: string, code: string): QrCode {
    const known = qrCodes.find(phoneNumberId, code);
    if (!known) throw unknownObject(code);
    return known;
  }
}

const STANDARD = ['code', 'prefilled_message', 'deep_link_url'];

export function deepLinkOf(code: string): string {
  return `https://wa.me/message/${code}`;
}

function viewOf({ code, prefilled_message }: QrCode, format: 'SVG' | 'PNG' | undefined, request: FastifyRequest): Json {
  const host = request.headers.host ?? 'localhost';
  return {
    code,
    prefilled_message,
    deep_link_url: deepLinkOf(code),
    ...(format === undefined
      ? {}
      : { qr_image_url: `http://${host}/_sandbox/qr_codes/${code}.${format.toLowerCase()}` }),
  };
}

function withoutId({ id: _id, ...rest }: Json): Json {
  return rest;
}

function imageFormatOf(request: FastifyRequest): 'SVG' | 'PNG' | undefined {
  const { fields } = request.query as { fields?: unknown };
  const asked = /qr_image_url(?:\.format\((\w+)\))?/.exec(shown(fields ?? ''));
  return asked ? formatOf(asked[1] ?? 'PNG') : undefined;
}

function formatOf(value: unknown): 'SVG' | 'PNG' {
  const format = shown(value).toUpperCase();
  if (format !== 'SVG' && format !== 'PNG') throw new GraphError(100, 'The image must be one of {SVG, PNG}.');
  return format;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function newCode(): string {
  return Array.from({ length: 14 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}
