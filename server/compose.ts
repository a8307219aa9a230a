import { accountsRoutes } from '#accounts/accounts-routes.ts';
import { Authenticator } from '#accounts/authentication.ts';
import { scopes } from '#accounts/scopes.ts';
import { ConnectionDirectory } from '#channels/connection-directory.ts';
import { addSmtpRoutes } from '#channels/add-smtp-routes.ts';
import { addTwilioRoutes } from '#channels/add-twilio-routes.ts';
import { addUltramsgRoutes } from '#channels/add-ultramsg-routes.ts';
import { connectionsRoutes } from '#channels/connections-routes.ts';
import { errorsRoutes } from '#channels/errors-routes.ts';
import { type ConnectionDeps, recordChallengeSeen } from '#channels/connections.ts';
import { channelsHealth } from '#channels/health.ts';
import { pauseConnection, pauseSender } from '#channels/pauses.ts';
import { adapters } from '#channels/providers.ts';
import { heedReadiness, watchReadiness } from '#channels/readiness.ts';
import { ultramsgRoutes } from '#channels/ultramsg-routes.ts';
import { cloudApi } from '#channels/providers/cloud-api/cloud-api.ts';
import { contactsRoutes } from '#contacts/contacts-routes.ts';
import { conversationsGroup } from '#conversations/conversations.ts';
import { conversationsRoutes } from '#conversations/conversations-routes.ts';
import { forwardingGroup, forwardWebhooks } from '#forwarding/forwarding.ts';
import { forwardWebhookJob } from '#forwarding/forwarding-jobs.ts';
import { forwardingRoutes } from '#forwarding/forwarding-routes.ts';
import { credentialsOf } from '#graph/graph-credentials.ts';
import { graphRoutes } from '#graph/graph-routes.ts';
import { TemplateCategories } from '#graph/template-categories.ts';
import { Acceptor } from '#messages/accept/accept.ts';
import { QueueDepth } from '#messages/accept/queue-depth.ts';
import { decodeCallbackData } from '#messages/callback-data.ts';
import { deadLettersRoutes } from '#messages/dead-letters/dead-letters-routes.ts';
import { dataDeletionRoutes } from '#messages/ingress/data-deletion-routes.ts';
import { Ingress } from '#messages/ingress/ingress.ts';
import { unsubscribeRoutes } from '#messages/unsubscribe/unsubscribe-routes.ts';
import { ingressRoutes } from '#messages/ingress/ingress-routes.ts';
import { failures } from '#messages/failures.ts';
import { messagePathCheck } from '#messages/health.ts';
import { liveRoutes } from '#messages/live-routes.ts';
import { lookUps } from '#messages/look-up.ts';
import { maintenance } from '#messages/maintenance.ts';
import { markAsRead } from '#messages/mark-as-read.ts';
import { suppressAfterRefusal } from '#messages/messages.ts';
import { fetchMediaJob, mediaGroup } from '#messages/media/media.ts';
import { mediaRoutes } from '#messages/media/media-routes.ts';
import { messagesRoutes } from '#messages/messages-routes.ts';
import { foresee } from '#messages/rerouting/foresee.ts';
import { rerouting, reroutingGroup } from '#messages/rerouting/rerouting.ts';
import { previewRouting, routeMessages, type RouterDeps } from '#messages/routing/router.ts';
import { routingRoutes } from '#messages/routing/routing-routes.ts';
import { placeUploads } from '#messages/uploads/uploads.ts';
import { uploadsRoutes } from '#messages/uploads/uploads-routes.ts';
import { Dispatcher } from '#messages/outbox/dispatcher.ts';
import { learnFromRefusal } from '#messages/learn-from-refusal.ts';
import type { BlobStore } from '#platform/blob-store.ts';
import type { Config } from '#platform/config.ts';
import { hmacSha256 } from '#platform/crypto.ts';
import { CursorCodec } from '#platform/cursor.ts';
import type { Database } from '#platform/database.ts';
import { databaseCheck, diskCheck, Health, healthRoutes } from '#platform/health.ts';
import { createHttpServer, type HttpOptions, type HttpServer } from '#platform/http.ts';
import { newId } from '#platform/ids.ts';
import { KeptAnswers } from '#platform/kept-answers.ts';
import { Metrics } from '#platform/metrics.ts';
import { addReferenceRoutes } from '#platform/reference-routes.ts';
import type { Log } from '#platform/telemetry.ts';
import type { Tracing } from '#platform/tracing.ts';
import { clamdScanner } from '#platform/virus-scanner.ts';
import { startJobs, stuckJobsChore } from '#queue/jobs.ts';
import { LiveProcesses } from '#queue/live-processes.ts';
import { LogConsumer } from '#queue/log-consumer.ts';
import { LogTail } from '#queue/log-tail.ts';
import { consoleRoutes } from './console-routes.ts';

export interface Foundations {
  config: Config;
  log: Log;
  tracing: Tracing;
  /** What cursors, callback data and fingerprints are made with; servers that share a database share it. */
  secret: Buffer;
  channels: ConnectionDeps;
  blobs: BlobStore;
  /** Of the owner of the tables: the job queue keeps tables of its own. */
  databaseUrl: string;
  /** The pool of request-scoped work, bound by row level security. */
  request: Database;
  /** The pool of the machinery behind the outbox and the log. */
  worker: Database;
  /** The pool of what must not wait while all connections of the others wait for a lock or a slow statement: webhooks that are
   *  stored, and the leases of this process. Nothing that may wait for long uses it. */
  vital: Database;
}

export interface Carillon {
  server: HttpServer;
  health: Health;
  directory: ConnectionDirectory;
  /** Begins to send, to apply webhooks and to follow the log. */
  start(): Promise<void>;
  /** Claims no more, finishes what is under way, and gives everything back. */
  stop(): Promise<void>;
}

/** Builds every part and connects them: the one place that knows them all. Reads from the ground floor up. */
export async function compose(foundations: Foundations): Promise<Carillon> {
  const { config, log, tracing, request, worker, vital, channels, blobs } = foundations;
  const instanceId = newId();
  const metrics = new Metrics();
  const health = new Health();
  const cursors = new CursorCodec(foundations.secret);
  const callbackKey = hmacSha256(foundations.secret, 'carillon callback data');

  const authenticator = new Authenticator(worker, {
    publicUrl: config.publicUrl,
    onError: (error) => log.error({ error }, 'the use of keys could not be written'),
  });
  const directory = new ConnectionDirectory({ db: worker, log, ...channels });

  const attempts = metrics.counter('send_attempts_total', 'Calls to providers by what came of them', ['outcome']);
  const attemptSeconds = metrics.histogram('send_attempt_seconds', 'Time of a call to a provider');
  const processes = new LiveProcesses(vital, log, instanceId);
  const dispatcher = new Dispatcher({
    db: worker,
    leases: vital,
    log,
    isAlone: () => processes.isAlone,
    tracing,
    callbackKey,
    instanceId,
    senders: () => directory.senders(),
    account: (senderId) => directory.senderById(senderId),
    pause: async (account, scope, reason, attemptedAt) => {
      const actor = { workspaceId: account.workspaceId, provider: account.provider.name, attemptedAt };
      await worker.transaction((tx) =>
        scope === 'sender'
          ? pauseSender(tx, actor, account.senderId, { reason })
          : pauseConnection(tx, actor, account.connectionId, reason),
      );
      await directory.refresh();
    },
    suppress: (account, contactId, kind, reason) => suppressAfterRefusal(worker, account, contactId, kind, reason),
    learn: (...refused) => learnFromRefusal(worker, ...refused),
    readiness: (account) => heedReadiness({ db: worker, calls: channels.calls, directory }, account),
    stale: () => void directory.refresh().catch(() => undefined),
    onAttempt: ({ connectionId }, outcome, ms) => {
      attempts.labels(outcome.outcome).inc();
      attemptSeconds.observe(ms / 1000);
      const connection = directory.connectionById(connectionId);
      connection?.trips.record(outcome, ms, Temporal.Now.instant(), connection.lastWebhookAt);
    },
  });
  directory.onChange(() => dispatcher.wake());
  const depth = new QueueDepth(worker, log, config.queueLimit);
  const acceptor = new Acceptor({
    db: worker,
    depth,
    whenKnown: () => processes.whenKnown(),
    offer: (messages) => dispatcher.offer(messages),
    missed: () => dispatcher.missed(),
  });

  const reroutes = metrics.counter('reroutes_total', 'Messages that rerouting decided about', ['outcome']);
  const applied = metrics.counter('webhooks_applied_total', 'Provider webhooks that took effect');
  const ingress = new Ingress({
    db: worker,
    intake: vital,
    log,
    tracing,
    callbackKey,
    connection: (connectionId) => directory.connectionById(connectionId),
    onApplied: (webhooks) => applied.inc(webhooks),
    forward: forwardWebhooks,
  });
  const sendersOf = (workspaceId: string) => directory.sendersOfWorkspace(workspaceId);
  const router: RouterDeps = {
    db: worker,
    senders: sendersOf,
    // Also while one message is the probe: the next ones would wait for its answer.
    silent: () => {
      const silent = directory.senders().filter(({ breaker }) => breaker.room(performance.now()) === 0);
      return new Set(silent.map(({ senderId }) => senderId));
    },
  };
  const accountOf = ({ connectionId }: { connectionId: string }) => directory.connectionById(connectionId)?.account;
  const chores = [
    maintenance({ db: worker, log, instanceId, wake: () => dispatcher.wake() }),
    stuckJobsChore({ db: worker, log, instanceId }),
    watchReadiness({ db: worker, log, instanceId, calls: channels.calls, directory }),
    lookUps({
      db: worker,
      log,
      instanceId,
      calls: channels.calls,
      callbackKey,
      senders: () => directory.senders(),
      accountOf,
      wake: () => dispatcher.wake(),
    }),
    failures({
      db: worker,
      log,
      instanceId,
      calls: channels.calls,
      callbackKey,
      senders: () => directory.senders(),
      accountOf,
    }),
    rerouting({
      ...router,
      log,
      instanceId,
      missed: () => dispatcher.missed(),
      onDecided: (rerouted, left) => {
        reroutes.labels('rerouted').inc(rerouted);
        reroutes.labels('left').inc(left);
      },
      stuck: () =>
        directory
          .senders()
          .filter(({ paused, breaker }) => paused !== null || breaker.state(performance.now()) !== 'closed'),
    }),
  ];
  const consumers = [conversationsGroup, mediaGroup, forwardingGroup, reroutingGroup(router)].map(
    (group) => new LogConsumer(worker, log, group),
  );
  const scanner = config.virusScanner ? clamdScanner(config.virusScanner) : null;
  const adapterAccount = (provider: string) => adapters.get(provider)?.account;
  const jobKinds = [
    fetchMediaJob({
      worker,
      blobs,
      scanner,
      calls: channels.calls,
      account: (senderId) => directory.senderById(senderId),
      adapterAccount,
    }),
    forwardWebhookJob({
      db: worker,
      vault: channels.vault,
      calls: channels.calls,
      account: (senderId) => directory.senderById(senderId),
      messageOfCallback: (value) => decodeCallbackData(callbackKey, value)?.messageId ?? null,
    }),
  ];
  let jobs: Awaited<ReturnType<typeof startJobs>> | null = null;
  const tail = new LogTail(worker, log);

  const onRequestError: NonNullable<HttpOptions['onError']> = (error, record) => {
    // Being too busy is counted, not told a thousand times: the log must not add to the load.
    if (record.fault.code === 'overloaded') return;
    log.error({ error, requestId: record.requestId, route: record.route }, 'a request failed on our side');
  };
  const server = await createHttpServer({
    authenticate: (incoming) => authenticator.authenticate(credentialsOf(incoming)),
    scopes,
    tracing,
    publicUrl: config.publicUrl,
    keptAnswers: new KeptAnswers(worker, hmacSha256(foundations.secret, 'carillon fingerprints')),
    onRequestEnd: (record) => {
      metrics.observeRequest(record);
      log.debug(record, 'request');
    },
    onError: onRequestError,
  });

  healthRoutes(server, health);
  addReferenceRoutes(server);
  metrics.addRoute(server, 'public');
  accountsRoutes(server, { db: request, authenticator, cursors, publicUrl: config.publicUrl });
  connectionsRoutes(server, { db: request, directory, cursors, ...channels });
  addTwilioRoutes(server, { db: request, directory, cursors, ...channels });
  addSmtpRoutes(server, { db: request, directory, cursors, ...channels });
  addUltramsgRoutes(server, { db: request, directory, cursors, ...channels });
  ultramsgRoutes(server, { db: request, directory, ...channels });
  errorsRoutes(server);
  contactsRoutes(server, { db: request, cursors });
  const uploads = { worker, request, blobs, calls: channels.calls, scanner, adapterAccount, transfers: new Map() };
  messagesRoutes(server, {
    db: request,
    worker,
    acceptor,
    account: (senderId) => directory.senderById(senderId),
    cursors,
    route: (...asked) => routeMessages(router, ...asked),
    foresee: async (workspaceId, request, now) =>
      foresee(router, workspaceId, request, await previewRouting(router, workspaceId, request, now), now),
    placeUploads: (messages) => placeUploads(uploads, messages),
    markAsRead: (...asked) => markAsRead(request, directory, ...asked),
  });
  routingRoutes(server, { db: request, router, senders: sendersOf });
  const categories = new TemplateCategories({ calls: channels.calls, accountOf, senders: sendersOf });
  await graphRoutes(server, {
    db: request,
    acceptor,
    senders: sendersOf,
    accountOf,
    placeUploads: (messages) => placeUploads(uploads, messages),
    markAsRead: (...asked) => markAsRead(request, directory, ...asked),
    templateCategory: (...asked) => categories.find(...asked),
    calls: channels.calls,
    publicUrl: config.publicUrl,
    onError: (error, { id, route }, fault) =>
      onRequestError(error, { requestId: id, route: route.url ?? 'none', fault }),
  });
  forwardingRoutes(server, { db: request, worker, cursors, ...channels });
  liveRoutes(server, { tail });
  deadLettersRoutes(server, {
    db: request,
    worker,
    cursors,
    senders: sendersOf,
    placeUploads: (messages) => placeUploads(uploads, messages),
    wake: () => dispatcher.wake(),
  });
  const badSignatures = metrics.counter('webhook_signatures_refused_total', 'Webhooks without a valid signature');
  await ingressRoutes(server, {
    db: request,
    worker,
    ingress,
    cursors,
    connection: (connectionId) => directory.connectionById(connectionId),
    onChallenge: ({ workspaceId, connectionId }) =>
      void recordChallengeSeen(worker, workspaceId, connectionId).catch((error: unknown) =>
        log.warn({ error }, 'a handshake could not be recorded'),
      ),
    onWebhook: ({ connectionId }) => directory.sawWebhook(connectionId),
    onBadSignature: () => badSignatures.inc(),
  });
  await dataDeletionRoutes(server, {
    worker,
    publicUrl: config.publicUrl,
    connection: (connectionId) => directory.connectionById(connectionId),
    onBadSignature: () => badSignatures.inc(),
  });
  await unsubscribeRoutes(server, { worker, callbackKey });
  mediaRoutes(server, { db: request, worker, blobs, cursors });
  await uploadsRoutes(server, { ...uploads, cursors, provider: cloudApi });
  conversationsRoutes(server, { db: request, cursors });
  await consoleRoutes(server);

  health.add('database', databaseCheck(worker, request, vital), { isNeeded: true });
  health.add('disk', diskCheck(config.dataFolder), { isNeeded: true });
  health.add(
    'messages',
    messagePathCheck(worker, () => directory.senders().map(({ senderId }) => senderId)),
  );
  health.add('connections', () => channelsHealth(directory));
  metrics.observe('outbox_queued', 'Messages in the memory of the senders of this process', () =>
    dispatcher.stats().reduce((sum, sender) => sum + sender.queued, 0),
  );
  metrics.observe('outbox_in_flight', 'Calls to providers under way', () =>
    dispatcher.stats().reduce((sum, sender) => sum + sender.inFlight, 0),
  );
  metrics.observeEach('breaker_state', 'Connections by the state of their breaker', 'state', () => {
    const states = directory.connections().map(({ breaker }) => breaker.state(performance.now()));
    const count = (state: string) => states.filter((one) => one === state).length;
    return new Map(['closed', 'open', 'half_open'].map((state) => [state, count(state)]));
  });
  metrics.observe('accept_waiting', 'Requests that wait for the next commit', () => acceptor.waiting);
  metrics.observe('ingress_waiting', 'Webhooks that wait for the next commit', () => ingress.waiting);

  return {
    server,
    health,
    directory,
    start: async () => {
      await directory.start();
      await processes.announce();
      await dispatcher.start();
      depth.start();
      ingress.start();
      for (const chore of chores) chore.start();
      for (const consumer of consumers) consumer.start();
      jobs = await startJobs(foundations.databaseUrl, log, jobKinds);
    },
    stop: async () => {
      health.close('The server is shutting down.');
      tail.stop();
      depth.stop();
      await finishRequests(server);
      await server.close();
      await acceptor.drain();
      await Promise.all([
        dispatcher.stop(),
        ingress.stop(),
        ...chores.map((chore) => chore.stop()),
        ...consumers.map((consumer) => consumer.stop()),
      ]);
      await jobs?.stop();
      await processes.stop();
      await authenticator[Symbol.asyncDispose]();
      await directory.stop();
    },
  };
}

/** Takes no new connections and lets the requests under way have their answers; what is still open after ten seconds is cut. */
async function finishRequests(server: HttpServer): Promise<void> {
  server.server.close();
  const giveUpAt = performance.now() + 10_000;
  while (server.pressure.inFlight > 0 && performance.now() < giveUpAt)
    await new Promise((resolve) => setTimeout(resolve, 20));
}
