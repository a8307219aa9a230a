import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { flowFile } from './flow-file.ts';
import { health } from './health.ts';
import { askPage, type GraphPage, type PageRequest } from './paging.ts';
import { flag, instant, listOrNone, number, object, optional, text, underMetaNames, word } from './reading.ts';

/** A mistake in the JSON of a flow, and where it is. */
const validationError = object({
  error: optional(text),
  errorType: optional(text),
  message: text,
  lineStart: optional(number),
  lineEnd: optional(number),
  columnStart: optional(number),
  columnEnd: optional(number),
});
export type FlowValidationError = ReturnType<typeof validationError>;

/** A form inside WhatsApp. `status`: DRAFT, PUBLISHED, DEPRECATED, THROTTLED, BLOCKED. */
export const flow = object({
  id: text,
  name: optional(text),
  categories: listOrNone(word),
  status: optional(word),
  validationErrors: listOrNone(validationError),
  jsonVersion: optional(text),
  dataApiVersion: optional(text),
  endpointUri: optional(text),
  preview: optional(object({ previewUrl: text, expiresAt: optional(instant) })),
  healthStatus: optional(health),
});
export type Flow = ReturnType<typeof flow>;

const listedFields = 'id,name,categories,status,validation_errors';
const allFields = `${listedFields},json_version,data_api_version,endpoint_uri,preview.invalidate(false),health_status`;

export interface NewFlow {
  name: string;
  categories: readonly string[];
  /** The flow itself, as JSON. */
  flowJson?: string;
  publish?: boolean;
  cloneFlowId?: string;
  endpointUri?: string;
}

/** A flow is kept as a draft even when its JSON has mistakes; `validationErrors` has them. */
export interface FlowResult {
  id: string;
  validationErrors: FlowValidationError[];
}

export function createFlow(account: Account, flowToMake: NewFlow): Promise<FlowResult> {
  const call = { path: ofAccount(account), method: 'POST', body: underMetaNames(flowToMake) } as const;
  return askGraph(account, call, object({ id: text, validationErrors: listOrNone(validationError) }));
}

export function listFlows(account: Account, page: PageRequest = {}): Promise<GraphPage<Flow>> {
  return askPage(account, { path: ofAccount(account), query: { fields: listedFields } }, flow, page);
}

export function getFlow(account: Account, flowId: string): Promise<Flow> {
  return askGraph(account, { path: pathOf(flowId), query: { fields: allFields } }, flow);
}

/** Changes name, categories, end point or app of a flow, not its JSON. */
export function changeFlow(
  account: Account,
  flowId: string,
  change: { name?: string; categories?: readonly string[]; endpointUri?: string; applicationId?: string },
): Promise<void> {
  return tellGraph(account, { path: pathOf(flowId), method: 'POST', body: underMetaNames(change) });
}

/** Replaces the JSON of a flow and gives the mistakes in it. A published flow becomes a draft by this. */
export async function uploadFlowJson(
  account: Account,
  flowId: string,
  flowJson: string,
): Promise<FlowValidationError[]> {
  const call = { path: pathOf(flowId, 'assets'), method: 'POST', bytes: flowFile(flowJson) } as const;
  const answer = await askGraph(
    account,
    call,
    object({ success: optional(flag), validationErrors: listOrNone(validationError) }),
  );
  return answer.validationErrors;
}

const asset = object({ name: text, assetType: word, downloadUrl: text });
export type FlowAsset = ReturnType<typeof asset>;

/** The files of a flow, each with an address that works for some minutes. */
export function listFlowAssets(
  account: Account,
  flowId: string,
  page: PageRequest = {},
): Promise<GraphPage<FlowAsset>> {
  return askPage(account, { path: pathOf(flowId, 'assets') }, asset, page);
}

/** From now on it can be sent and no longer deleted. */
export function publishFlow(account: Account, flowId: string): Promise<void> {
  return tellGraph(account, { path: pathOf(flowId, 'publish'), method: 'POST', body: {} });
}

/** Ends a published flow for good. */
export function deprecateFlow(account: Account, flowId: string): Promise<void> {
  return tellGraph(account, { path: pathOf(flowId, 'deprecate'), method: 'POST', body: {} });
}

/** Only a draft can be deleted. */
export function deleteFlow(account: Account, flowId: string): Promise<void> {
  return tellGraph(account, { path: pathOf(flowId), method: 'DELETE' });
}

function ofAccount(account: Account): string {
  return pathOf(account.settings.businessAccountId, 'flows');
}
