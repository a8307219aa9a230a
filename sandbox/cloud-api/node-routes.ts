import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Faults } from '#faults/faults.ts';
import type { Chats, Json } from '#people/chats.ts';
import type { People } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { verifyCallback } from '#webhooks/verification.ts';
import { accessToWaba, checkToken, checkVisible, unknownObject } from './access.ts';
import { type AnalyticsDeps, METRICS, accountMetrics } from './account/analytics-routes.ts';
import { type FlowDeps, changeFlow, deleteFlow, flowNode } from './account/flow-routes.ts';
import type { GroupDeps } from './account/group-limits.ts';
import { changeGroup, deleteGroup, groupNode } from './account/group-routes.ts';
import { type NodeDeps, PORTFOLIO_ID, appNode, numberNode, wabaNode } from './account/nodes.ts';
import { changeNumber } from './account/number-routes.ts';
import { takeUpload, uploadNode } from './account/upload-routes.ts';
import type { Uploads } from './account/uploads.ts';
import { edgesOf } from './calls-within.ts';
import { findNumber } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { MAX_MEDIA_BYTES, type MediaStore } from './media.ts';
import { mediaNode, removeMedia, subjectOf } from './media-routes.ts';
import { fieldNames, pick } from './node-fields.ts';
import { pagedAnswer } from './paging.ts';
import { fieldsOf } from './request-body.ts';
import { editTemplate } from './templates/creation.ts';
import type { TemplateLife } from './templates/template-life.ts';
import { shownTemplate } from './templates/template-node.ts';
import { templateOf } from './template-routes.ts';
import { SYSTEM_USER_ID } from './token-routes.ts';

interface Deps extends NodeDeps, AnalyticsDeps, FlowDeps, GroupDeps {
  clock: SandboxClock;
  credentialsPath: string;
  media: MediaStore;
  faults: Faults;
  people: People;
  chats: Chats;
  uploads: Uploads;
  templateLife: TemplateLife;
  webhooks: WebhookQueue;
}

type ById = { Params: { id: string } };

/** `/{ID}` itself: what is read, changed and deleted under the bare id of any object. */
export function nodeRoutes(app: FastifyInstance, deps: Deps): void {
  const { credentials, settings, media, templates, flows, groups } = deps;

  app.get<ById>('/:id', (request) => {
    const access = checkToken(request, credentials, settings);
    const { id } = request.params;
    if (id === 'app' || (id === 'me' && access.caller === 'app')) return pick(request, appNode(access.app));
    if (id === 'me') return pick(request, { id: SYSTEM_USER_ID, name: 'Carillon Sandbox System User' });
    const file = media.find(id);
    if (file && deps.faults.hidesMedia(subjectOf(file))) throw unknownObject(id);
    if (file) return mediaNode(request, file, deps);
    if (templates.findById(id)) return shownTemplate(request, templateOf(request, id, deps));
    if (flows.find(id)) return flowNode(request, deps);
    if (groups.find(id)) return groupNode(request, deps);
    if (id.startsWith('upload:')) return uploadNode(request, deps);
    checkVisible(id, access, credentials);
    const number = findNumber(credentials, id);
    if (number) return pick(request, numberNode(number, access.app, deps), NUMBER_FIELDS);
    if (id === access.app.app_id) return pick(request, appNode(access.app));
    return accountNode(app, request, id, deps);
  });

  app.post<ById>('/:id', { bodyLimit: MAX_MEDIA_BYTES }, async (request) => {
    checkToken(request, credentials, settings);
    const { id } = request.params;
    if (id.startsWith('upload:')) return takeUpload(request, deps);
    if (flows.find(id)) return changeFlow(request, deps);
    if (groups.find(id)) return changeGroup(request, deps);
    if (findNumber(credentials, id)) return changeNumber(request, { ...deps, verify });
    if (templates.findById(id)) {
      const template = templateOf(request, id, deps);
      editTemplate(template, fieldsOf(request), deps);
      return { success: true, id: template.id, name: template.name, category: template.category };
    }
    return changeAccount(request, deps);
  });

  app.delete<ById>('/:id', async (request) => {
    checkToken(request, credentials, settings);
    if (flows.find(request.params.id)) return deleteFlow(request, deps);
    if (groups.find(request.params.id)) return deleteGroup(request, deps);
    return removeMedia(request, request.params.id, media);
  });

  // The portfolio's lists of accounts; the sandbox plays one portfolio.
  for (const edge of ['owned_whatsapp_business_accounts', 'client_whatsapp_business_accounts']) {
    app.get<ById>(`/:id/${edge}`, (request) => {
      const { app: caller } = checkToken(request, credentials, settings);
      if (request.params.id !== PORTFOLIO_ID) throw unknownObject(request.params.id);
      const own = edge.startsWith('owned') ? caller.waba_ids : [];
      return pagedAnswer(
        request,
        own,
        (wabaId) => wabaId,
        (wabaId) => pick(request, wabaNode(wabaId, deps), WABA_FIELDS),
      );
    });
  }
}

const WABA_FIELDS = ['id', 'name', 'currency', 'timezone_id', 'message_template_namespace'];
const NUMBER_FIELDS = [
  'verified_name',
  'code_verification_status',
  'display_phone_number',
  'quality_rating',
  'platform_type',
  'throughput',
  'status',
  'webhook_configuration',
  'id',
];

/** An account, with its lists and with what it counted if the call asks for them. */
async function accountNode(app: FastifyInstance, request: FastifyRequest<ById>, id: string, deps: Deps): Promise<Json> {
  accessToWaba(request, id, deps);
  const { fields } = request.query as { fields?: unknown };
  const node = { ...wabaNode(id, deps), ...(await edgesOf(app, request, id)) };
  if (typeof fields !== 'string' || !fieldNames(fields).some((name) => METRICS.includes(name))) {
    return pick(request, node);
  }
  return { ...pick(request, node), ...accountMetrics(request, id, deps) };
}

/** `POST /{WABA}?is_enabled_for_insights=true`, which cannot be taken back. */
function changeAccount(request: FastifyRequest<ById>, deps: Deps): Json {
  const { id } = request.params;
  accessToWaba(request, id, deps);
  const { is_enabled_for_insights: isEnabled } = fieldsOf(request);
  if (isEnabled === undefined) throw new GraphError(100, 'The parameter is_enabled_for_insights is required.');
  if (isEnabled !== true && isEnabled !== 'true') {
    throw new GraphError(200006, 'Template insights cannot be disabled once they are enabled.');
  }
  deps.accounts.change(id, { is_enabled_for_insights: true });
  return { id };
}

async function verify(url: string, verifyToken: string): Promise<void> {
  if (!/^https?:\/\/[^\s/]/i.test(url) || !URL.canParse(url)) {
    throw new GraphError(100, 'Param override_callback_uri must be a valid URL.');
  }
  const problem = await verifyCallback(url, verifyToken);
  if (problem !== undefined) throw new GraphError(2200, `Callback verification failed: ${problem}`);
}
