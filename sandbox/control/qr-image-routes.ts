import type { FastifyInstance } from 'fastify';
import { toBuffer, toString as toText } from 'qrcode';
import { deepLinkOf, type QrCodes } from '#cloud-api/account/qr-codes.ts';
import { notFound } from './refusal.ts';

/** The pictures of short links, for everybody who has the address, as WhatsApp's are. */
export function qrImageRoutes(app: FastifyInstance, { qrCodes }: { qrCodes: QrCodes }): void {
  app.get<{ Params: { file: string } }>('/_sandbox/qr_codes/:file', async (request, reply) => {
    const [, code = '', kind] = /^(\w+)\.(svg|png)$/.exec(request.params.file) ?? [];
    if (!qrCodes.has(code)) throw notFound(`The picture ${request.params.file.slice(0, 100)}`);
    const link = deepLinkOf(code);
    if (kind === 'png') return reply.type('image/png').send(await toBuffer(link));
    return reply.type('image/svg+xml').send(await toText(link, { type: 'svg' }));
  });
}
