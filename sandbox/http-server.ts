import type { AddressInfo } from 'node:net';
import fastifyMultipart from '@fastify/multipart';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { GraphError } from '#cloud-api/graph-error.ts';
import { analyticsRoutes } from '#cloud-api/account/analytics-routes.ts';
import { assignedUserRoutes } from '#cloud-api/account/assigned-users.ts';
import { blockRoutes } from '#cloud-api/account/block-routes.ts';
import { coexistenceRoutes } from '#cloud-api/account/coexistence-routes.ts';
import { flowRoutes } from '#cloud-api/account/flow-routes.ts';
import { groupRoutes } from '#cloud-api/account/group-routes.ts';
import { limitManagement } from '#cloud-api/account/management-limits.ts';
import { numberRoutes } from '#cloud-api/account/number-routes.ts';
import { numberSettingsRoutes } from '#cloud-api/account/number-settings-routes.ts';
import { profileRoutes } from '#cloud-api/account/profile-routes.ts';
import { qrCodeRoutes } from '#cloud-api/account/qr-codes.ts';
import { uploadRoutes } from '#cloud-api/account/upload-routes.ts';
import { usernameRoutes } from '#cloud-api/account/username-routes.ts';
import { callRoutes } from '#cloud-api/call-routes.ts';
import { batchRoute } from '#cloud-api/calls-within.ts';
import { mediaRoutes } from '#cloud-api/media-routes.ts';
import { readForms } from '#cloud-api/multipart-forms.ts';
import { nodeRoutes } from '#cloud-api/node-routes.ts';
import { paymentRoutes } from '#cloud-api/payment-routes.ts';
import { sendRoutes } from '#cloud-api/send-routes.ts';
import { subscriptionRoutes } from '#cloud-api/subscription-routes.ts';
import { templateRoutes } from '#cloud-api/template-routes.ts';
import { migrationRoutes } from '#cloud-api/templates/migration.ts';
import { tokenRoutes } from '#cloud-api/token-routes.ts';
import { accountControlRoutes } from '#control/account-routes.ts';
import { appRoutes } from '#control/app-routes.ts';
import { callControlRoutes } from '#control/call-routes.ts';
import { eventRoutes } from '#control/event-routes.ts';
import { faultRoutes } from '#control/fault-routes.ts';
import { messageRoutes } from '#control/message-routes.ts';
import { flowControlRoutes } from '#control/flow-routes.ts';
import { groupControlRoutes } from '#control/group-routes.ts';
import { peopleRoutes, personMediaRoutes } from '#control/people-routes.ts';
import { qrImageRoutes } from '#control/qr-image-routes.ts';
import { Refusal } from '#control/refusal.ts';
import { controlRoutes } from '#control/routes.ts';
import { templateControlRoutes } from '#control/template-routes.ts';
import { webhookRoutes } from '#control/webhook-routes.ts';
import { failCall, failCalls } from '#faults/call-faults.ts';
import { watchConnections } from '#faults/connections.ts';
import type { ControlCall } from '#scenarios/performer.ts';
import { scenarioRoutes } from '#scenarios/scenario-routes.ts';
import { Scenarios } from '#scenarios/scenarios.ts';
import { Traffic } from '#scenarios/traffic.ts';
import type { StateJournal } from '#storage/state.ts';
import { mailControlRoutes } from '#mail/control-routes.ts';
import { mailPages } from '#mail/pages.ts';
import { ultraMsgControlRoutes } from '#ultramsg/control-routes.ts';
import { storedFileRoutes } from '#ultramsg/file-routes.ts';
import { serveUltraMsg } from '#ultramsg/server.ts';
import { phonePage } from './phone-page.ts';
import type { World } from './world.ts';

/** Both sides over HTTP: the Cloud API as Meta serves it, the control API, and the phone's page. */
export async function newHttpServer(world: World): Promise<FastifyInstance> {
  const app = newServer();
  const address = () => addressOf(app);
  const traffic = new Traffic();
  const scenarios = new Scenarios({ world, traffic, address, control: controlOf(app) });
  app.addHook('preClose', () => scenarios.close());
  await app.register(fastifyMultipart);
  await app.register(phonePage);
  await app.register(async (control) => {
    answerRefusals(control);
    answerAfterWriting(control, world.state);
    controlRoutes(control, world);
    appRoutes(control, { ...world, address });
    accountControlRoutes(control, world);
    templateControlRoutes(control, world);
    flowControlRoutes(control, world);
    groupControlRoutes(control, world);
    webhookRoutes(control, world);
    qrImageRoutes(control, world);
    peopleRoutes(control, { ...world, address });
    messageRoutes(control, world);
    callControlRoutes(control, { ...world, address });
    faultRoutes(control, world.faults);
    eventRoutes(control, world.changes);
    scenarioRoutes(control, scenarios);
    ultraMsgControlRoutes(control, world);
    world.twilio.controlRoutes(control);
    mailControlRoutes(control, world);
  });
  await app.register(async (uploads) => {
    answerRefusals(uploads);
    takeRawBodies(uploads);
    personMediaRoutes(uploads, { ...world, address });
  });
  await app.register(async (pages) => mailPages(pages, world));
  await app.register(async (twilio) => {
    traffic.watch(twilio);
    world.twilio.routes(twilio, world, address);
  });
  await app.register(async (graph) => {
    answerGraphErrors(graph);
    traffic.watch(graph);
    takeRawBodies(graph);
    readForms(graph);
    sendRoutes(graph, world);
  });
  await app.register(async (graph) => {
    answerGraphErrors(graph);
    traffic.watch(graph);
    takeRawBodies(graph);
    readForms(graph);
    answerAfterWriting(graph, world.state);
    failCalls(graph, world.faults);
    limitManagement(graph, world);
    tokenRoutes(graph, world);
    mediaRoutes(graph, world);
    paymentRoutes(graph, world);
    subscriptionRoutes(graph, world);
    templateRoutes(graph, world);
    migrationRoutes(graph, world);
    assignedUserRoutes(graph, world);
    coexistenceRoutes(graph, world);
    numberRoutes(graph, world);
    numberSettingsRoutes(graph, world);
    profileRoutes(graph, world);
    usernameRoutes(graph, world);
    blockRoutes(graph, world);
    callRoutes(graph, world);
    qrCodeRoutes(graph, world);
    uploadRoutes(graph, world);
    flowRoutes(graph, world);
    groupRoutes(graph, world);
    analyticsRoutes(graph, world);
    batchRoute(graph, world);
    nodeRoutes(graph, world);
  });
  world.ultramsg.address = address;
  await app.register(async (ultramsg) => {
    traffic.watch(ultramsg);
    await serveUltraMsg(ultramsg, { ...world, committed: world });
  });
  storedFileRoutes(app, world);
  app.setNotFoundHandler((request, reply) => {
    // A call that the sandbox does not have can be refused all the same.
    const refused = failCall(request, reply, world.faults);
    if (refused) return refused;
    const error = new GraphError(2500, `Unknown path components: ${request.url.slice(0, 200)}`);
    return reply.code(error.httpStatus).send(error.toEnvelope());
  });
  watchConnections(app.server, world.faults);
  return app;
}

/** The control API without the network, whose faults are not meant for it. */
function controlOf(app: FastifyInstance): ControlCall {
  return async (method, path, body) => {
    const answer = await app.inject({ method, url: path, payload: body });
    return { status: answer.statusCode, answer: answer.json() };
  };
}

export function addressOf(app: FastifyInstance): string {
  return `http://127.0.0.1:${(app.server.address() as AddressInfo | null)?.port ?? 0}`;
}

function newServer(): FastifyInstance {
  return Fastify({
    bodyLimit: 2_000_000,
    forceCloseConnections: true,
    keepAliveTimeout: 65_000,
    requestTimeout: 60_000,
    // No coercion and no silent removal: a control request is right or refused.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    rewriteUrl: (request) => {
      const url = (request.url ?? '/').replace(/^\/{2,}/, '/');
      if (!/^\/(?:_sandbox|twilio|ultramsg)\//.test(url)) request.method = methodMeant(request.method, url);
      // A batch is posted to the version itself; the page at "/" is none of Graph's.
      if (request.method === 'POST' && /^\/v\d{1,2}\.\d\/?(\?|$)/.test(url)) return url.replace(/^[^?]*/, '/');
      return url.replace(/^\/v\d{1,2}\.\d(?=\/[^?])/, '');
    },
    routerOptions: { maxParamLength: 700, ignoreTrailingSlash: true },
  });
}

/** Graph takes `POST …?method=delete` for what cannot send another method. */
function methodMeant(method: string | undefined, url: string): string | undefined {
  const [, named] = /^[^?]*\?(?:.*&)?method=(get|delete)(?:&|$)/i.exec(url) ?? [];
  return method === 'POST' && named !== undefined ? named.toUpperCase() : method;
}

/** What a call changed outlives the process by the time the caller knows of it. (Sends see to that themselves.) */
function answerAfterWriting(app: FastifyInstance, state: StateJournal): void {
  app.addHook('onSend', async (request, _reply, payload) => {
    if (request.method !== 'GET') await state.flushed();
    return payload;
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
