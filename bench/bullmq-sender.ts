import { Queue, Worker } from 'bullmq';
import fastify from 'fastify';
import { Redis } from 'ioredis';
import pg from 'pg';
import { serve } from './child.ts';
import { providerPath } from './samples.ts';

// The sender that a team would write in a day: a row for each request, a job for each message, fetch, a row changed for
// each answer. No point of no return, no idempotency, no policy: it does less than Carillon does.

interface Options {
  redisPort: number;
  databaseUrl: string;
  provider: string;
}

const queueName = 'messages';
const workerConcurrency = 50;

async function start({ redisPort, databaseUrl, provider }: Options): Promise<string> {
  const connect = () => new Redis({ port: redisPort, host: '127.0.0.1', maxRetriesPerRequest: null });
  const db = new pg.Pool({ connectionString: databaseUrl, max: 16 });
  await db.query(`create table message (
    id uuid primary key default gen_random_uuid(), recipient text not null, content jsonb not null, status text not null default 'queued',
    provider_message_id text, created_at timestamptz not null default now())`);
  const queue = new Queue(queueName, { connection: connect() });
  await queue.waitUntilReady();
  const worker = new Worker<{ id: string; to: string; content: Record<string, unknown> }>(
    queueName,
    async ({ data }) => {
      const answer = await fetch(provider + providerPath, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer bench-access-token' },
        body: JSON.stringify({
          messaging_product: 'whatsapp',
          recipient_type: 'individual',
          to: data.to,
          ...data.content,
          biz_opaque_callback_data: data.id,
        }),
      });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const { messages } = (await answer.json()) as { messages: { id: string }[] };
      await db.query(`update message set status = 'sent', provider_message_id = $2 where id = $1`, [
        data.id,
        messages[0]?.id,
      ]);
    },
    { connection: connect(), concurrency: workerConcurrency },
  );
  worker.on('error', (error) => console.error(error));

  const server = fastify();
  server.post('/messages', async (request, reply) => {
    const { to, content } = request.body as { to: string; content: Record<string, unknown> };
    const { rows } = await db.query<{ id: string }>(
      'insert into message (recipient, content) values ($1, $2) returning id',
      [to, JSON.stringify(content)],
    );
    const id = rows[0]?.id ?? '';
    await queue.add('send', { id, to, content }, { attempts: 3, removeOnComplete: true });
    return reply.code(202).send({ id, status: 'queued' });
  });
  return server.listen({ port: 0, host: '127.0.0.1' });
}

serve({ start });
