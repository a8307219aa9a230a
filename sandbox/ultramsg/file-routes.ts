import type { FastifyInstance, FastifyRequest } from 'fastify';
import { openInstance } from './access.ts';
import { mimeTypeOf } from './files.ts';
import { parametersOf } from './parameters.ts';
import { type UltraMsgRouteDeps, answering } from './answering.ts';
import { UltraMsgError, wrongParameters } from './ultramsg-error.ts';
import { isLink } from './send-kinds.ts';

const MOST_BYTES = 30_000_000;

/** Files that are uploaded to be sent by their address. */
export function fileRoutes(app: FastifyInstance, deps: UltraMsgRouteDeps): void {
  const { files, instances } = deps.ultramsg;

  app.post<{ Params: { instance: string } }>('/:instance/media/upload', async (request) => {
    const { file, parameters } = await uploadOf(request);
    const instance = openInstance(request.params.instance, parameters, instances);
    // The address of somebody else's file is as good as an own one.
    if (!file && isLink(parameters['file'] ?? '')) return { success: parameters['file'] };
    if (!file) throw wrongParameters([['file', 'is required']]);
    if (file.length > MOST_BYTES) throw new UltraMsgError('file_too_large', { error: 'file too large' });
    const stored = await files.store(file, instance, mimeTypeOf(file, 'document'), null);
    const address = files.addressOf(stored.id, instance);
    await deps.state.flushed();
    return { success: address };
  });

  answering(app, 'POST', 'media/delete', deps, ({ instance, parameters }) => {
    const { url = '' } = parameters;
    if (url === '') throw wrongParameters([['url', 'is required']]);
    const removed = files.remove(instance, ({ path }) => url.endsWith(`/ultramsgmedia/${path}`));
    return removed > 0 ? { success: 'done' } : { error: 'media not found' };
  });

  answering(app, 'POST', 'media/deleteByDate', deps, ({ instance, parameters }) => {
    const [, month, year] = /^(\d{1,2})-(\d{4})$/.exec(parameters['date'] ?? '') ?? [];
    if (month === undefined) throw wrongParameters([['date', 'must be MM-YYYY']]);
    files.remove(instance, ({ at }) => {
      const date = new Date(at);
      return date.getUTCMonth() + 1 === Number(month) && date.getUTCFullYear() === Number(year);
    });
    return { success: 'done' };
  });
}

/** The bytes for everybody who knows the address, as the provider's store gives them. */
export function storedFileRoutes(app: FastifyInstance, { ultramsg }: Pick<UltraMsgRouteDeps, 'ultramsg'>): void {
  app.get<{ Params: { '*': string } }>('/ultramsgmedia/*', (request, reply) => {
    const found = ultramsg.files.find(request.params['*']);
    if (!found) return reply.code(404).type('application/xml').send('<Error><Code>NoSuchKey</Code></Error>');
    return reply
      .type(found.mime_type)
      .header('content-length', found.file_size)
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .send(ultramsg.files.read(found));
  });
}

async function uploadOf(
  request: FastifyRequest,
): Promise<{ file: Buffer | undefined; parameters: Record<string, string> }> {
  const parameters = parametersOf(request);
  if (!request.isMultipart()) return { file: undefined, parameters };
  let file: Buffer | undefined;
  for await (const part of request.parts({ limits: { files: 1, fields: 10, fileSize: MOST_BYTES + 1 } })) {
    if (part.type === 'file') file = await part.toBuffer();
    else if (typeof part.value === 'string') parameters[part.fieldname] = part.value;
  }
  return { file, parameters };
}
