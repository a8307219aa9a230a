import { isObject } from '#cloud-api/checks.ts';

/** One thing that is wrong with the content of a flow, in Meta's shape. Lines and columns count from 1. */
export interface FlowProblem {
  error: string;
  error_type: string;
  message: string;
  line_start: number;
  line_end: number;
  column_start: number;
  column_end: number;
  pointers: { path: string }[];
}

/** What is wrong with the frame of a flow: version, screens, their ids, the way from one to the next. The components
 *  on the screens are not looked at. */
export function checkFlowJson(json: string): FlowProblem[] {
  let flow: unknown;
  try {
    flow = JSON.parse(json);
  } catch (error) {
    return [problem('INVALID_JSON', `The flow is not valid JSON: ${(error as Error).message}`, '', json)];
  }
  if (!isObject(flow)) return [problem('INVALID_JSON', 'The flow must be a JSON object.', '', json)];
  const problems: FlowProblem[] = [];
  const add = (error: string, message: string, path: string) => problems.push(problem(error, message, path, json));
  if (typeof flow['version'] !== 'string' || !/^\d{1,2}\.\d$/.test(flow['version'])) {
    add('INVALID_PROPERTY_VALUE', "The property 'version' must be a version as '7.2'.", 'version');
  }
  const screens = flow['screens'];
  if (!Array.isArray(screens) || screens.length === 0) {
    add('REQUIRED_PROPERTY_MISSING', "The property 'screens' must be an array with a screen.", 'screens');
    return problems;
  }
  const ids = new Set<string>();
  for (const [index, screen] of (screens as unknown[]).entries()) {
    const path = `screens[${index}]`;
    const id = isObject(screen) ? screen['id'] : undefined;
    if (!isObject(screen) || typeof id !== 'string') {
      add('REQUIRED_PROPERTY_MISSING', `The screen ${path} needs an 'id'.`, path);
      continue;
    }
    if (!/^[A-Za-z_]+$/.test(id)) add('INVALID_PROPERTY_VALUE', `${id}: ids have letters and _ only.`, `${path}.id`);
    if (id === 'SUCCESS') add('INVALID_PROPERTY_VALUE', 'SUCCESS is a reserved id of a screen.', `${path}.id`);
    if (ids.has(id)) add('DUPLICATE_SCREEN_ID', `Two screens have the id ${id}.`, `${path}.id`);
    ids.add(id);
    if (!isObject(screen['layout'])) {
      add('REQUIRED_PROPERTY_MISSING', `The screen ${id} needs a 'layout'.`, `${path}.layout`);
    }
  }
  if (!(screens as unknown[]).some((screen) => isObject(screen) && screen['terminal'] === true)) {
    add('MISSING_TERMINAL_SCREEN', "One screen must have 'terminal': true.", 'screens');
  }
  return problems;
}

function problem(error: string, message: string, path: string, json: string): FlowProblem {
  const lines = json.split('\n');
  return {
    error,
    error_type: error === 'INVALID_JSON' ? 'JSON_SCHEMA_ERROR' : 'FLOW_JSON_ERROR',
    message,
    line_start: 1,
    line_end: lines.length,
    column_start: 1,
    column_end: (lines.at(-1)?.length ?? 0) + 1,
    pointers: path === '' ? [] : [{ path }],
  };
}
