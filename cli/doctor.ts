import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CarillonClient, createClient, dataOf } from '@carillon/sdk';
import { CarillonError } from '@carillon/sdk/error';
import type { Command } from 'commander';
import { localAction } from './context.ts';
import { BadResult } from './failure.ts';
import { mark, type Output, plain, style } from './output.ts';
import { dataFolders, findApiKey, installation, isThisMachine, serverUrl } from './settings.ts';

/** One thing that was looked at; `advice` says what to do when it is not right. */
export interface Finding {
  area: 'installation' | 'server' | 'connections';
  name: string;
  ok: boolean;
  message: string;
  advice?: string;
}

const checkLimitMs = 90_000;
const skewLimitSeconds = 5;

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('look at the installation, the server and its connections, and say what is wrong and what to do')
    .action(
      localAction(async ({ out, options }) => {
        const url = serverUrl(options.url, process.env);
        const findings: Finding[] = [];
        const tell = (...found: Finding[]) => {
          for (const { advice, ...finding } of found) {
            const told = { ...finding, ...(advice && !finding.ok ? { advice } : {}) };
            say(out, told, findings.at(-1));
            findings.push(told);
          }
        };
        if (isThisMachine(url)) tell(nodeFinding(), ...(await lookAtInstallation()));
        const key = findApiKey(options.apiKey, process.env, url);
        const client = createClient({
          baseUrl: url,
          retries: 0,
          timeoutSeconds: 10,
          ...(key ? { apiKey: key.key } : {}),
        });
        const server = await lookAtServer(client, url);
        const ourKey = server.isThere ? [await lookAtKey(client, key?.source)] : [];
        const mayLook = ourKey.some(({ ok }) => ok);
        // What the health page only counts is told one by one below, to who may know it.
        tell(...server.findings.filter(({ name }) => !mayLook || name !== 'connections'), ...ourKey);
        if (mayLook) tell(...(await lookAtConnections(client)));
        const wrong = findings.filter(({ ok }) => !ok);
        const words =
          wrong.length === 0 ? 'Everything is right.' : `${wrong.length} of ${findings.length} things need attention.`;
        out.result({ ok: wrong.length === 0, findings }, `\n${words}`);
        if (wrong.length > 0) throw new BadResult();
      }),
    );
}

function say(out: Output, finding: Finding, before: Finding | undefined): void {
  if (out.isJson) return;
  const headings = { installation: 'This machine', server: 'Server', connections: 'Connections' };
  const lines = finding.area === before?.area ? [] : [`${before ? '\n' : ''}${style('bold', headings[finding.area])}`];
  lines.push(mark(finding.ok, finding.message));
  if (!finding.ok && finding.advice) lines.push(`  ${style('dim', '→')} ${plain(finding.advice, 2_000)}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

function nodeFinding(): Finding {
  const ok = typeof Temporal !== 'undefined' && Boolean(process.features.typescript);
  const message = ok ? `Node ${process.versions.node} runs it.` : `Node ${process.versions.node} is too old.`;
  return { area: 'installation', name: 'node', ok, message, advice: 'Run "npm ci": it installs a Node of its own.' };
}

/** The server's own look at what it needs, in a process of its own: it works when the server is down. */
async function lookAtInstallation(): Promise<Finding[]> {
  const area = 'installation';
  const folders = dataFolders(process.env);
  const CARILLON_DATA = folders.find((folder) => existsSync(folder)) ?? folders[0];
  const child = spawn(process.execPath, [join(installation, 'server', 'main.ts'), 'check'], {
    env: { ...process.env, CARILLON_DATA },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: checkLimitMs,
  });
  const [output, errors, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve).once('error', () => resolve(null))),
  ]);
  if (code !== 0) {
    const advice = 'Run "npm ci" in the folder of Carillon.';
    return [
      {
        area,
        name: 'check',
        ok: false,
        message: `The server's own check did not end well. ${errors.trim().slice(-500)}`,
        advice,
      },
    ];
  }
  const { findings } = JSON.parse(output) as {
    findings: { name: string; isRight: boolean; message: string; advice?: string }[];
  };
  return findings.map(({ isRight, ...finding }) => ({ area, ok: isRight, ...finding }));
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

async function lookAtServer(client: CarillonClient, url: string): Promise<{ isThere: boolean; findings: Finding[] }> {
  const area = 'server';
  const before = Temporal.Now.instant();
  try {
    const { data: report, response } = await client.api.GET('/health');
    const findings: Finding[] = [{ area, name: 'server', ok: true, message: `It answers at ${url}.` }];
    for (const [name, part] of Object.entries(report?.parts ?? {})) {
      const message = `${name}: ${part.detail}`;
      findings.push({ area, name, ok: part.state === 'ok', message, advice: 'The log of the server has more.' });
    }
    findings.push(clockFinding(response.headers.get('date'), before));
    return { isThere: true, findings };
  } catch (error) {
    if (!(error instanceof CarillonError)) throw error;
    const advice =
      error.code === 'unreachable'
        ? 'Start it with "npx carillon start", or give its address with --url or CARILLON_URL.'
        : 'Is another program listening there?';
    const message = `It does not answer at ${url}. ${error.detail || error.message}`;
    return { isThere: false, findings: [{ area, name: 'server', ok: false, message, advice }] };
  }
}

function clockFinding(date: string | null, before: Temporal.Instant): Finding {
  const theirs = Date.parse(date ?? '');
  // Their header has whole seconds, and was written somewhere between before and now.
  const early = (before.epochMilliseconds - theirs) / 1_000 - 1;
  const late = (theirs - Temporal.Now.instant().epochMilliseconds) / 1_000;
  const skew = Math.max(0, early, late);
  const ok = skew <= skewLimitSeconds;
  const message = ok ? 'Its clock agrees with this one.' : `Its clock and this one differ by ${Math.round(skew)} s.`;
  return {
    area: 'server',
    name: 'clock',
    ok,
    message,
    advice: 'Keep both right by NTP: service windows and expiries depend on it.',
  };
}

async function lookAtKey(client: CarillonClient, source: string | undefined): Promise<Finding> {
  const area = 'server';
  const name = 'API key';
  if (source === undefined)
    return {
      area,
      name,
      ok: false,
      message: 'There is no API key.',
      advice: 'Set CARILLON_API_KEY; the first one is in the file api-key of the data folder.',
    };
  try {
    const { workspace, scopes } = await dataOf(client.api.GET('/v1/session'));
    const reach = scopes.includes('*') ? 'full access' : `${scopes.length} scopes`;
    return {
      area,
      name,
      ok: true,
      message: `The API key of ${source} works: workspace "${workspace.name}", ${reach}.`,
    };
  } catch (error) {
    if (!(error instanceof CarillonError)) throw error;
    const advice = 'Make one with a key that works: carillon keys create <name> --full-access.';
    return { area, name, ok: false, message: `The API key of ${source} does not work. ${error.detail}`, advice };
  }
}

async function lookAtConnections(client: CarillonClient): Promise<Finding[]> {
  const area = 'connections';
  try {
    const { data } = await dataOf(client.api.GET('/v1/connections', { params: { query: { limit: 200 } } }));
    if (data.length === 0)
      return [
        {
          area,
          name: 'connections',
          ok: true,
          message: 'There are none yet. Connect a number with: carillon connections add whatsapp-cloud',
        },
      ];
    return data.flatMap((one): Finding[] => {
      const advice = `carillon connections check ${one.id}`;
      const health: Finding = {
        area,
        name: one.name,
        ok: one.health.state === 'ok',
        message: `${one.name}: ${one.health.detail}`,
        advice,
      };
      const checks = one.checks.filter(({ ok, message }) => !ok && message !== one.health.detail);
      const failed = checks.map(
        (check): Finding => ({ area, name: one.name, ok: false, message: `${one.name}: ${check.message}`, advice }),
      );
      const senders = one.senders.filter((sender) => sender.health.state !== 'ok');
      const troubled = senders.map((sender): Finding => {
        const number = sender.phone ?? sender.external_id;
        return {
          area,
          name: number,
          ok: false,
          message: `${number}: ${sender.health.detail}`,
          advice: `carillon senders resume ${sender.id}`,
        };
      });
      return [health, ...failed, ...troubled];
    });
  } catch (error) {
    if (!(error instanceof CarillonError)) throw error;
    return [
      {
        area,
        name: 'connections',
        ok: false,
        message: error.message,
        advice: 'Use a key with the scope connections:read.',
      },
    ];
  }
}
