import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fastifyMultipart from '@fastify/multipart';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { loadCredentials } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { SendLimits } from '#cloud-api/limits.ts';
import { mediaRoutes } from '#cloud-api/media-routes.ts';
import { MediaStore } from '#cloud-api/media.ts';
import { nodeRoutes } from '#cloud-api/node-routes.ts';
import { type SendRouteDeps, recoverAcceptances, sendRoutes } from '#cloud-api/send-routes.ts';
import { type StatusFact, StatusTimeline } from '#cloud-api/status-timeline.ts';
import { subscriptionRoutes } from '#cloud-api/subscription-routes.ts';
import { templateRoutes } from '#cloud-api/template-routes.ts';
import { Templates } from '#cloud-api/templates.ts';
import { eventRoutes } from '#control/event-routes.ts';
import { newLiveChanges } from '#control/events.ts';
import { faultRoutes } from '#control/fault-routes.ts';
import { peopleRoutes, personMediaRoutes } from '#control/people-routes.ts';
import { Refusal } from '#control/refusal.ts';
import { controlRoutes } from '#control/routes.ts';
import { DEFAULT_SETTINGS, type Settings } from '#control/settings.ts';
import { watchConnections } from '#faults/connections.ts';
import { Faults } from '#faults/faults.ts';
import { Chats } from '#people/chats.ts';
import { People } from '#people/people.ts';
import { SandboxClock } from '#storage/clock.ts';
import type { LedgerEntry } from '#storage/ledger.ts';
import { NumberedLog } from '#storage/numbered-log.ts';
import { seededRandom } from '#storage/random.ts';
import { StateJournal } from '#storage/state.ts';
import { WebhookQueue } from '#webhooks/queue.ts';
import { phonePage } from './phone-page.ts';

export interface SandboxOptions {
  /** Holds ledger, state and media; made if it does not exist. One sandbox at a time may use it. */
  dataFolder: string;
  /** On 127.0.0.1; 0 (the default) picks a free one. */
  port?: number;
  /** Over the stored or standard settings. */
  settings?: Partial<Settings>;
  /** `false` leaves out the disk sync of the ledger: faster, still safe when the process is killed, not when the
   *  machine is. */
  synced?: boolean;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  address: string;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a sandbox in this process; it serves when the promise resolves. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dataFolder } = options;
  await mkdir(dataFolder, { recursive: true });
  const synced = options.synced ?? true;
  const credentialsPath = join(dataFolder, 'credentials.json');
  const credentials = await loadCredentials(credentialsPath);
  const ledger = await NumberedLog.open<LedgerEntry>(join(dataFolder, 'ledger.jsonl'), { synced });
  const facts = await NumberedLog.open<StatusFact>(join(dataFolder, 'statuses.jsonl'), { synced: false });

  const clock = new SandboxClock();
  const settings: Settings = { ...DEFAULT_SETTINGS };
  const state = new StateJournal(join(dataFolder, 'state.jsonl'));
  let committedSeq = 0;
  state.on<Settings>('settings', (stored) => Object.assign(settings, stored));
  state.on<{ advanced_ms: number }>('clock', (stored) => clock.restore(stored.advanced_ms));
  state.on<number>('committed', (seq) => {
    committedSeq = Math.max(committedSeq, seq);
  });
  state.snapshot(() => [
    ['settings', settings],
    ['clock', { advanced_ms: clock.advancedMs }],
    ['committed', committedSeq],
  ]);

  const changes = newLiveChanges();
  const faults = new Faults();
  const random = seededRandom(options.settings?.seed ?? settings.seed);
  const people = new People({ clock, state, changes });
  const chats = new Chats(state);
  const media = new MediaStore({ folder: join(dataFolder, 'media'), clock, state });
  const templates = new Templates(state);
  const limits = new SendLimits(clock, settings);
  const webhooks = new WebhookQueue({ clock, settings, credentials, state, faults, random });
  const timeline = new StatusTimeline({ clock, settings, random, state, people, chats, facts, webhooks, changes });
  webhooks.onInboundTold = (messageId) => {
    const message = chats.find(messageId);
    if (message?.status !== 'sent') return;
    chats.setStatus(message, 'delivered');
    const { person_id, phone_number_id } = message;
    changes.emit('status', { id: messageId, person_id, phone_number_id, status: 'delivered', error: null });
  };

  await state.load();
  Object.assign(settings, options.settings);
  people.addFirstPeople();
  templates.addFirstTemplates();

  const address = () => `http://127.0.0.1:${(app.server.address() as AddressInfo | null)?.port ?? 0}`;
  const send: SendRouteDeps = {
    clock,
    settings,
    people,
    chats,
    media,
    templates,
    limits,
    timeline,
    changes,
    credentials,
    ledger,
    state,
    faults,
  };
  const app = newServer();
  await app.register(fastifyMultipart);
  await app.register(phonePage);
  await app.register((control) => {
    answerRefusals(control);
    controlRoutes(control, {
      ...send,
      credentialsPath,
      facts,
      webhooks,
      address,
    });
    peopleRoutes(control, { ...send, webhooks, address });
    faultRoutes(control, faults);
    eventRoutes(control, changes);
    return Promise.resolve();
  });
  await app.register((uploads) => {
    answerRefusals(uploads);
    takeRawBodies(uploads);
    personMediaRoutes(uploads, { ...send, webhooks, address });
    return Promise.resolve();
  });
  await app.register((graph) => {
    answerGraphErrors(graph);
    graph.setNotFoundHandler((request, reply) => {
      const error = new GraphError(2500, `Unknown path components: ${request.url.slice(0, 200)}`);
      return reply.code(error.httpStatus).send(error.toEnvelope());
    });
    takeRawBodies(graph);
    sendRoutes(graph, send);
    mediaRoutes(graph, send);
    subscriptionRoutes(graph, { credentials, settings, webhooks });
    templateRoutes(graph, { clock, credentials, settings, templates, webhooks });
    nodeRoutes(graph, send);
    return Promise.resolve();
  });
  watchConnections(app.server, faults);
  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  await recoverAcceptances(committedSeq, send);
  timeline.resume();
  webhooks.resume();

  let closing: Promise<void> | undefined;
  const close = () => (closing ??= closeAll());
  async function closeAll(): Promise<void> {
    faults.remove();
    await app.close();
    clock.close();
    await webhooks.close();
    await state.close();
    await ledger.close();
    await facts.close();
  }
  return { address: address(), close, [Symbol.asyncDispose]: close };
}

function newServer(): FastifyInstance {
  return Fastify({
    bodyLimit: 2_000_000,
    forceCloseConnections: true,
    keepAliveTimeout: 65_000,
    requestTimeout: 60_000,
    // No coercion and no silent removal: a control request is right or refused.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    rewriteUrl: (request) => (request.url ?? '/').replace(/^\/v\d{1,2}\.\d(?=\/)/, ''),
    routerOptions: { maxParamLength: 700, ignoreTrailingSlash: true },
  });
}

function takeRawBodies(app: FastifyInstance): void {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

function answerGraphErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const known = error instanceof GraphError ? error : undefined;
    const status = error.statusCode ?? 500;
    if (!known && status >= 500) process.stderr.write(`${error.stack ?? error.message}\n`);
    const answered =
      known ??
      (status < 500
        ? new GraphError(100, error.message, { httpStatus: status })
        : new GraphError(1, 'The sandbox failed; its standard error says how.', { httpStatus: 500 }));
    return reply.code(answered.httpStatus).send(answered.toEnvelope());
  });
}

function answerRefusals(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof Refusal) {
      return reply.code(error.httpStatus).send({ error: { message: error.message, field: error.field } });
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) process.stderr.write(`${error.stack ?? error.message}\n`);
    const [problem] = error.validation ?? [];
    const extra = problem?.params['additionalProperty'];
    const field = problem ? [problem.instancePath.slice(1), extra].filter(Boolean).join('/') : null;
    return reply.code(status).send({
      error: { message: status >= 500 ? 'The sandbox failed; its standard error says how' : error.message, field },
    });
  });
}
