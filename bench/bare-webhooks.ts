import { createHmac, timingSafeEqual } from 'node:crypto';
import fastify from 'fastify';
import { serve } from './child.ts';

// The least that a receiver of webhooks can do: check the signature over the raw bytes and answer. Nothing is kept.

const server = fastify();
let appSecret = '';

server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
server.post('/webhooks', (request, reply) => {
  const told = Buffer.from(String(request.headers['x-hub-signature-256']).slice('sha256='.length), 'hex');
  const ours = createHmac('sha256', appSecret)
    .update(request.body as Buffer)
    .digest();
  if (told.length !== ours.length || !timingSafeEqual(told, ours)) return reply.code(401).send();
  return reply.code(200).send();
});

serve({
  listen: async (secret: string) => {
    appSecret = secret;
    return server.listen({ port: 0, host: '127.0.0.1' });
  },
});
