/** Every place at which a test may make the process fail. The fault suite kills the process at each of them, so a name
 *  that no code reaches is found out. */
export const failpointNames = [
  'accept.beforeCommit',
  'accept.afterCommit',
  'dispatch.beforeClaim',
  'dispatch.afterClaim',
  'dispatch.beforeDispatchingCommit',
  'dispatch.afterDispatchingCommit',
  'dispatch.afterFirstByte',
  'dispatch.afterFullWrite',
  'dispatch.afterResponse',
  'dispatch.beforeOutcomeCommit',
  'dispatch.afterOutcomeCommit',
  'ingress.beforeCommit',
  'ingress.afterCommit',
  'ingress.beforeApplyCommit',
  'ingress.afterApplyCommit',
  'log.beforeOffsetCommit',
  'http.handler',
] as const;

export type FailpointName = (typeof failpointNames)[number];

/** Changes of behaviour that break a promise on purpose, so that the fault suite can show that it notices. */
export const failpointFlags = [
  'skipDispatchingCommit',
  'skipFence',
  'overwriteStatus',
  'answerWebhookBeforeCommit',
] as const;

export type FailpointFlag = (typeof failpointFlags)[number];

type Action = { kind: 'kill' | 'stop' | 'throw' | 'crash' | 'exit' } | { kind: 'sleep' | 'block'; durationMs: number };

type Armed = { action: Action; skipHits: number; match: string | undefined };

// Deliberately state of the process: a fault is injected into a process, and handing it through every function would put
// test parameters everywhere. Undefined in production, so that a failpoint costs one comparison.
let armed: Map<string, Armed> | undefined;
let flags: Set<string> | undefined;

/** Arms what the text says, instead of what was armed before; undefined disarms all. Entries are separated by `;`:
 *  `name=action`, `name=action@3` (at the third hit and later), `name=action~text` (only when the subject has the text),
 *  or `flag:name`. Actions: kill, stop, throw, crash (an error that nobody catches), exit, sleep:ms, block:ms; stop, crash
 *  and block happen once. Throws with every mistake in the text. */
export function configureFailpoints(text: string | undefined): void {
  const points = new Map<string, Armed>();
  const set = new Set<string>();
  const mistakes: string[] = [];
  for (const entry of (text ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)) {
    const flag = /^flag:(\w+)$/.exec(entry)?.[1];
    if (flag !== undefined) {
      if ((failpointFlags as readonly string[]).includes(flag)) set.add(flag);
      else mistakes.push(`there is no flag ${flag}`);
      continue;
    }
    const [, name = '', verb = '', hit, match] = /^([\w.]+)=([a-z]+(?::\d+)?)(?:@(\d+))?(?:~(.+))?$/.exec(entry) ?? [];
    const action = readAction(verb);
    if (action === undefined) mistakes.push(`"${entry}" is not name=action`);
    else if (!(failpointNames as readonly string[]).includes(name)) mistakes.push(`there is no failpoint ${name}`);
    else points.set(name, { action, skipHits: Math.max(0, Number(hit ?? 1) - 1), match });
  }
  if (mistakes.length > 0) throw new Error(`CARILLON_FAILPOINTS: ${mistakes.join('; ')}.`);
  armed = points.size > 0 ? points : undefined;
  flags = set.size > 0 ? set : undefined;
}

/** A place where a test may make this process fail. `subject` says what is being worked on (an id), for entries that
 *  match on it. */
export function failpoint(name: FailpointName, subject?: string): Promise<void> | undefined {
  return armed === undefined ? undefined : hit(name, subject);
}

/** Whether any failpoint is set: for a path that is laid out differently to have a place for one. */
export function failpointsArmed(): boolean {
  return armed !== undefined;
}

/** Whether a test asked for this broken behaviour. */
export function failpointFlag(flag: FailpointFlag): boolean {
  return flags !== undefined && flags.has(flag);
}

function readAction(verb: string): Action | undefined {
  const [kind, argument] = verb.split(':');
  if (kind === 'kill' || kind === 'stop' || kind === 'throw' || kind === 'crash' || kind === 'exit') {
    return argument === undefined ? { kind } : undefined;
  }
  if ((kind === 'sleep' || kind === 'block') && argument !== undefined) return { kind, durationMs: Number(argument) };
  return undefined;
}

async function hit(name: string, subject: string | undefined): Promise<void> {
  const point = armed?.get(name);
  if (point === undefined) return;
  if (point.match !== undefined && !subject?.includes(point.match)) return;
  if (point.skipHits > 0) {
    point.skipHits--;
    return;
  }
  const { action } = point;
  // Otherwise the process would stand still again as soon as it goes on.
  if (action.kind === 'stop' || action.kind === 'crash' || action.kind === 'block') armed?.delete(name);
  switch (action.kind) {
    case 'kill': {
      process.kill(process.pid, 'SIGKILL');
      // The signal may need a moment, in which nothing more may happen.
      await new Promise(() => {});
      break;
    }
    case 'stop': {
      process.kill(process.pid, 'SIGSTOP');
      break;
    }
    case 'crash': {
      setImmediate(() => {
        throw new Error(`Failpoint ${name}`);
      });
      break;
    }
    case 'exit': {
      process.exit(70);
      break;
    }
    case 'throw': {
      throw new Error(`Failpoint ${name}`);
    }
    case 'sleep': {
      await new Promise((resolve) => setTimeout(resolve, action.durationMs));
      break;
    }
    case 'block': {
      const untilMs = performance.now() + action.durationMs;
      while (performance.now() < untilMs);
      break;
    }
  }
}
