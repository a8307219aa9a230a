import type { MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import { accessToWaba, checkToken, unknownObject } from '#cloud-api/access.ts';
import { optionalText, requireArray, requireText, requireUrl, shown } from '#cloud-api/checks.ts';
import type { Credentials } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { pick } from '#cloud-api/node-fields.ts';
import { pagedAnswer } from '#cloud-api/paging.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import type { Flow, Flows } from './flows.ts';

export interface FlowDeps {
  credentials: Credentials;
  settings: Settings;
  flows: Flows;
}

type ById = { Params: { id: string } };

const CATEGORIES = [
  'SIGN_UP',
  'SIGN_IN',
  'APPOINTMENT_BOOKING',
  'LEAD_GENERATION',
  'CONTACT_US',
  'CUSTOMER_SUPPORT',
  'SURVEY',
  'OTHER',
];
const STANDARD_FIELDS = ['name', 'status', 'categories', 'validation_errors'];
const MAX_JSON_BYTES = 10_000_000;

/** Flows: create, content, publish, deprecate. Reading, changing and deleting one share their paths with other nodes. */
export function flowRoutes(app: FastifyInstance, deps: FlowDeps): void {
  const { flows } = deps;

  app.get<ById>('/:id/flows', (request) => {
    const { id } = request.params;
    accessToWaba(request, id, deps);
    return pagedAnswer(
      request,
      flows.list(id),
      (flow) => flow.id,
      (flow) => pick(request, nodeOf(flow), STANDARD_FIELDS),
    );
  });

  app.post<ById>('/:id/flows', (request) => {
    const { id } = request.params;
    const { app: caller } = accessToWaba(request, id, deps);
    const fields = fieldsOf(request);
    const name = requireText(fields, 'name', 'name', 200);
    const cloned = fields['clone_flow_id'] === undefined ? undefined : flows.find(shown(fields['clone_flow_id']));
    if (fields['clone_flow_id'] !== undefined && cloned?.waba_id !== id) {
      throw unknownObject(shown(fields['clone_flow_id']));
    }
    const json = optionalText(fields, 'flow_json', 'flow_json', MAX_JSON_BYTES) ?? cloned?.json ?? null;
    const wanted = {
      waba_id: id,
      name,
      categories: fields['categories'] === undefined && cloned ? cloned.categories : categoriesOf(fields),
      endpoint_uri: fields['endpoint_uri'] === undefined ? null : requireUrl(fields, 'endpoint_uri', 'endpoint_uri'),
      application_id: caller.app_id,
    };
    if (flows.list(id).some((flow) => flow.name === name)) {
      throw new GraphError(100, `A flow of the account has the name ${name} already.`);
    }
    const flow = flows.add(wanted);
    if (json !== null) flows.setJson(flow, json);
    const isToPublish = fields['publish'] === true || fields['publish'] === 'true';
    if (isToPublish && flow.problems.length === 0 && flow.json !== null) flows.setStatus(flow, 'PUBLISHED');
    return { id: flow.id, success: true, validation_errors: flow.problems };
  });

  app.get<ById>('/:id/assets', (request) => {
    const flow = accessToFlow(request, deps);
    const address = `http://${request.headers.host ?? 'localhost'}/${flow.id}/flow.json`;
    const asset = { name: 'flow.json', asset_type: 'FLOW_JSON', download_url: address };
    return { data: flow.json === null ? [] : [asset], paging: { cursors: { before: 'MA', after: 'MA' } } };
  });

  app.get<ById>('/:id/flow.json', (request, reply) => {
    const flow = accessToFlow(request, deps);
    if (flow.json === null) throw unknownObject(flow.id);
    return reply.type('application/json').send(flow.json);
  });

  app.post<ById>('/:id/assets', async (request) => {
    const flow = accessToFlow(request, deps);
    if (flow.status === 'DEPRECATED') throw new GraphError(139001, 'A deprecated flow cannot be changed.');
    flows.setJson(flow, await assetOf(request));
    return { success: true, validation_errors: flow.problems };
  });

  app.post<ById>('/:id/publish', (request) => {
    const flow = accessToFlow(request, deps);
    if (flow.status !== 'DRAFT') throw new GraphError(139002, `A flow that is ${flow.status} cannot be published.`);
    if (flow.json === null) throw new GraphError(139002, 'The flow has no content yet.');
    const [problem] = flow.problems;
    if (problem) throw new GraphError(139002, `The flow has validation errors: ${problem.message}`);
    flows.setStatus(flow, 'PUBLISHED');
    return { success: true };
  });

  app.post<ById>('/:id/deprecate', (request) => {
    const flow = accessToFlow(request, deps);
    if (flow.status === 'DRAFT' || flow.status === 'DEPRECATED') {
      throw new GraphError(139003, `A flow that is ${flow.status} cannot be deprecated.`);
    }
    flows.setStatus(flow, 'DEPRECATED');
    return { success: true };
  });
}

/** `GET /{FLOW}` */
export function flowNode(request: FastifyRequest<ById>, deps: FlowDeps): Json {
  return pick(request, nodeOf(accessToFlow(request, deps)), STANDARD_FIELDS);
}

/** `POST /{FLOW}`: name, categories, endpoint, app. */
export function changeFlow(request: FastifyRequest<ById>, deps: FlowDeps): Json {
  const flow = accessToFlow(request, deps);
  const fields = fieldsOf(request);
  deps.flows.change(flow, {
    ...(fields['name'] === undefined ? {} : { name: requireText(fields, 'name', 'name', 200) }),
    ...(fields['categories'] === undefined ? {} : { categories: categoriesOf(fields) }),
    ...(fields['endpoint_uri'] === undefined
      ? {}
      : { endpoint_uri: requireUrl(fields, 'endpoint_uri', 'endpoint_uri') }),
    ...(fields['application_id'] === undefined ? {} : { application_id: shown(fields['application_id']) }),
  });
  return { success: true };
}

/** `DELETE /{FLOW}`: drafts only. */
export function deleteFlow(request: FastifyRequest<ById>, deps: FlowDeps): Json {
  const flow = accessToFlow(request, deps);
  if (flow.status !== 'DRAFT') throw new GraphError(139004, `A flow that is ${flow.status} cannot be deleted.`);
  deps.flows.remove(flow);
  return { success: true };
}

function accessToFlow(request: FastifyRequest<ById>, { credentials, settings, flows }: FlowDeps): Flow {
  const { app } = checkToken(request, credentials, settings);
  const flow = flows.find(request.params.id);
  if (!flow || !app.waba_ids.includes(flow.waba_id)) throw unknownObject(request.params.id);
  return flow;
}

function nodeOf(flow: Flow): Json {
  const content = flow.json === null || flow.problems.length > 0 ? {} : (JSON.parse(flow.json) as Json);
  return {
    id: flow.id,
    name: flow.name,
    categories: flow.categories,
    status: flow.status,
    validation_errors: flow.problems,
    ...(content['version'] === undefined ? {} : { json_version: content['version'] }),
    ...(content['data_api_version'] === undefined ? {} : { data_api_version: content['data_api_version'] }),
    ...(flow.endpoint_uri === null ? {} : { endpoint_uri: flow.endpoint_uri }),
    updated_at: new Date(flow.updated_at).toISOString(),
    whatsapp_business_account: { id: flow.waba_id },
    application: { id: flow.application_id },
    health_status: {
      can_send_message: flow.status === 'BLOCKED' ? 'BLOCKED' : flow.status === 'THROTTLED' ? 'LIMITED' : 'AVAILABLE',
      entities: [{ entity_type: 'FLOW', id: flow.id }],
    },
  };
}

function categoriesOf(fields: Json): string[] {
  return requireArray(fields, 'categories', 'categories', 1, CATEGORIES.length).map((written) => {
    const category = shown(written).toUpperCase();
    if (!CATEGORIES.includes(category)) {
      throw new GraphError(100, `Param categories must be of {${CATEGORIES.join(', ')}}.`);
    }
    return category;
  });
}

/** The text of the file of a multipart body, whose fields must name the kind. */
async function assetOf(request: FastifyRequest): Promise<string> {
  if (!request.isMultipart()) throw new GraphError(100, 'The upload must be multipart/form-data with a file.');
  let json: string | undefined;
  let type: string | undefined;
  for await (const part of request.parts({ limits: { files: 1, fields: 10, fileSize: MAX_JSON_BYTES } })) {
    if (part.type === 'field') {
      if (part.fieldname === 'asset_type') type = String(part.value);
    } else json = await textOf(part);
  }
  if (type !== 'FLOW_JSON') throw new GraphError(100, 'Param asset_type must be FLOW_JSON.');
  if (json === undefined) throw new GraphError(100, 'The parameter file is required.');
  return json;
}

async function textOf(part: MultipartFile): Promise<string> {
  const bytes = await part.toBuffer();
  return bytes.toString('utf8');
}
