import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Json } from '#people/chats.ts';
import { formFields } from './form-fields.ts';
import { GraphError } from './graph-error.ts';

export interface Form {
  fields: Json;
  files: ReadonlyMap<string, Buffer>;
}

// Calls whose files are too large to be held, or are read in another way.
const READ_BY_THEMSELVES = ['/:id/media', '/:id/assets'];
const LIMITS = { files: 1, fields: 100, fieldSize: 1_000_000, fileSize: 5_000_000 };

const forms = new WeakMap<FastifyRequest, Form>();

/** Reads the multipart bodies of calls, for any of them may come as `curl -F` writes it. */
export function readForms(app: FastifyInstance): void {
  app.addHook('preHandler', async (request) => {
    if (!request.isMultipart() || READ_BY_THEMSELVES.includes(request.routeOptions.url ?? '')) return;
    const pairs: [string, string][] = [];
    const files = new Map<string, Buffer>();
    try {
      for await (const part of request.parts({ limits: LIMITS })) {
        if (part.type === 'field') pairs.push([part.fieldname, String(part.value)]);
        else files.set(part.fieldname, await part.toBuffer());
      }
    } catch (error) {
      refuseBrokenForm(error);
    }
    keepForm(request, { fields: formFields(pairs), files });
  });
}

/** What was read of a multipart body. */
export function formOf(request: FastifyRequest): Form | undefined {
  return forms.get(request);
}

export function keepForm(request: FastifyRequest, form: Form): void {
  forms.set(request, form);
}

/** What the reader of forms says of one that has no boundary, no end, or no form at all. */
export function refuseBrokenForm(error: unknown): never {
  const words = error instanceof Error ? error.message : '';
  if (/^(Multipart: |Unexpected end of |Malformed )/.test(words))
    throw new GraphError(100, `The form cannot be read: ${words}.`);
  throw error;
}
