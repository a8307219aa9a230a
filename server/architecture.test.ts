import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The folders of the server, the ground first: each may import only those before it. */
const floors = `platform queue accounts channels contacts experiments templates messages
  graph forwarding conversations commerce flows campaigns integrations insights`.split(/\s+/);
/** What a neighbour may see of a folder. Not listed: the file with the folder's own name. The ground is open, and so are
 *  the mechanisms of the queue. */
const fronts: Record<string, RegExp> = {
  platform: /./,
  accounts: /^(accounts|scopes|vault)\.ts$/,
  queue: /./,
  channels:
    /^(breaker|connections|events|knowledge|lessons|media|provider|provider-account|provider-port|provider-http)\.ts$/,
  contacts: /^(contacts|moves|phone)\.ts$/,
  messages: /^(messages|message|shed-class|accept\/(accept|accept-request|prepare)|outbox\/sender-account)\.ts$/,
  graph: /^(graph|graph-error|wamid)\.ts$/,
};

interface Import {
  from: string;
  to: string;
}

const isTest = (file: string): boolean =>
  /\.(test|fixture)\.tsx?$|(^|\/)conformance\.ts$|^server\/testing\//.test(file);
const folderOf = (file: string): string => (file.split('/').length > 2 ? (file.split('/')[1] ?? '') : '');
const sources = (workspace: string): string[] =>
  readdirSync(join(root, workspace), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
    .map((path) => `${workspace}/${path}`);

function importsOf(workspace: string): Import[] {
  const pattern =
    /^(?:import|export)\s+(?:type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return sources(workspace).flatMap((from) =>
    [...readFileSync(join(root, from), 'utf8').matchAll(pattern)].map(([, named, loaded]) => {
      const specifier = named ?? loaded ?? '';
      if (specifier.startsWith('#')) return { from, to: `${workspace}/${specifier.slice(1)}` };
      return { from, to: specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : specifier };
    }),
  );
}

const server = importsOf('server');
const inside = server.filter(({ from, to }) => to.startsWith('server/') && !isTest(from));
/** The imports from one feature into another. `main.ts` and `compose.ts` know every part; nobody knows them. */
const crossing = inside.filter(({ from, to }) => folderOf(from) !== '' && folderOf(from) !== folderOf(to));

it('a folder of the server imports only folders below it', () => {
  expect(crossing.length).toBeGreaterThan(20);
  const floor = (file: string): number => floors.indexOf(folderOf(file));
  expect(crossing.filter(({ from, to }) => floor(to) < 0 || floor(from) < 0 || floor(to) > floor(from))).toEqual([]);
});

it('a neighbour sees only the front of a folder', () => {
  const isFront = (file: string): boolean => {
    const folder = folderOf(file);
    const name = file.slice(`server/${folder}/`.length);
    return fronts[folder]?.test(name) ?? name === `${folder}.ts`;
  };
  expect(crossing.filter(({ to }) => !isFront(to))).toEqual([]);
});

it('the environment is read by config.ts alone', () => {
  const readers = sources('server').filter(
    (file) => !isTest(file) && /\bprocess\.env\b|\benv\b.*['"]node:process['"]/.test(code(file)),
  );
  expect(readers).toEqual(['server/platform/config.ts']);
});

it('what the sandbox and the SDK know of Carillon they learn over HTTP', () => {
  const ours = /^(@carillon\/|(server|console|message-view|cli|sdk|sandbox|scripts|e2e|bench)\/)/;
  const foreign = ['sandbox', 'sdk'].flatMap((workspace) =>
    importsOf(workspace).filter(({ to }) => ours.test(to) && !to.startsWith(`${workspace}/`)),
  );
  // The phone draws messages with the components that the console draws them with.
  const isDrawing = ({ from, to }: Import): boolean =>
    from.startsWith('sandbox/phone/') && to.startsWith('@carillon/message-view');
  expect(foreign.filter((one) => !isDrawing(one))).toEqual([]);
});

it('no file imports itself, in however many steps, not even for its types', () => {
  for (const workspace of ['server', 'sandbox', 'cli', 'console', 'message-view']) {
    const graph = Map.groupBy(importsOf(workspace), ({ from }) => from);
    const finished = new Set<string>();
    const visit = (file: string, way: string[]): void => {
      expect(way, 'a circle').not.toContain(file);
      if (finished.has(file)) return;
      for (const { to } of graph.get(file) ?? []) visit(to, [...way, file]);
      finished.add(file);
    };
    for (const file of graph.keys()) visit(file, []);
  }
});

function code(file: string): string {
  return readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
}
