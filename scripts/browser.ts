import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium as playwright } from 'playwright-core';

const run = promisify(execFile);

/** What `chromium.launch()` of playwright-core takes, and where the browser came from, in words. */
export interface Chromium {
  readonly executablePath: string;
  readonly args: string[];
  readonly env?: Record<string, string>;
  readonly source: string;
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const fixedPlaces = [
  ...names.map((name) => `/usr/bin/${name}`),
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

// The tests talk to this machine only: a browser that also asks its maker for updates disturbs them, and fails where
// there is no way out.
const quietArgs = [
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let found: Promise<Chromium> | undefined;

/**
 * A Chromium that runs here: the one that CARILLON_CHROMIUM names, an installed one, one installed now from the packages
 * of Debian or Ubuntu (as root), or the one in the npm package @sparticuz/chromium. Says which one it took, once.
 * Rejects in words when there is none.
 */
export function findChromium(say: (line: string) => void = console.error): Promise<Chromium> {
  found ??= search(say).then((chromium) => {
    say(`Browser: ${chromium.executablePath} (${chromium.source}).`);
    return chromium;
  });
  return found;
}

async function search(say: (line: string) => void): Promise<Chromium> {
  const named = process.env.CARILLON_CHROMIUM;
  if (named) {
    const version = await versionOf(named);
    if (version !== undefined) return describe(named, `CARILLON_CHROMIUM, ${version}`);
    throw new Error(`CARILLON_CHROMIUM names ${named}, which does not run as a Chromium.`);
  }
  const installed = await findInstalled();
  if (installed) return installed;
  if (await installPackage(say)) {
    const fresh = await findInstalled();
    if (fresh) return { ...fresh, source: `installed now with apt-get, ${fresh.source}` };
  }
  const packaged = await unpack(say);
  if (packaged) return packaged;
  throw new Error('No Chromium was found and none could be installed: install one, or name it in CARILLON_CHROMIUM.');
}

async function findInstalled(): Promise<Chromium | undefined> {
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  for (const path of new Set([...fixedPlaces, ...onPath, playwright.executablePath()])) {
    const version = path && (await isExecutable(path)) ? await versionOf(path) : undefined;
    if (version !== undefined) return describe(path, version);
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

// A look at the file is not enough: Ubuntu's chromium is a script that asks for a snap, which a container cannot install.
async function versionOf(path: string, env?: Record<string, string>): Promise<string | undefined> {
  const result = await run(path, ['--version', '--no-sandbox'], { timeout: 20_000, ...(env ? { env } : {}) }).catch(
    () => undefined,
  );
  return /(?:Chromium|Chrome)[^\d]*([\d.]+)/.exec(result?.stdout ?? '')?.[0];
}

function describe(executablePath: string, source: string): Chromium {
  // Chromium's own sandbox needs rights that root in a container does not have.
  const args = process.getuid?.() === 0 ? [...quietArgs, '--no-sandbox'] : quietArgs;
  return { executablePath, args, source };
}

async function installPackage(say: (line: string) => void): Promise<boolean> {
  if (process.getuid?.() !== 0 || !(await isExecutable('/usr/bin/apt-get'))) return false;
  say('Browser: none is installed; installing the package chromium with apt-get.');
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: 300_000, maxBuffer: 64 << 20 };
  const install = (): Promise<boolean> =>
    run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options).then(
      () => true,
      () => false,
    );
  if (await install()) return true;
  await run('apt-get', ['update'], options).catch(() => undefined);
  return install();
}

/** The browser of the npm package is one file for cloud functions, unpacked to the temporary folder. */
async function unpack(say: (line: string) => void): Promise<Chromium | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  say('Browser: unpacking the one of the npm package @sparticuz/chromium.');
  const { default: sparticuz, inflate } = await import('@sparticuz/chromium');
  const executablePath = await sparticuz.executablePath();
  // Not the package's own arguments: they switch off what a test may be about (origins, processes).
  const chromium = { executablePath, args: [...quietArgs, '--no-sandbox', '--ignore-gpu-blocklist'] };
  const version = await versionOf(executablePath);
  if (version !== undefined) return { ...chromium, source: `npm package @sparticuz/chromium, ${version}` };
  // On a bare machine the libraries are missing; the package has those of Amazon Linux.
  const folder = createRequire(import.meta.url)
    .resolve('@sparticuz/chromium')
    .replace(/build[\\/].*$/, 'bin');
  const libraries = await inflate(join(folder, 'al2023.tar.br'));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? tmpdir(),
    LD_LIBRARY_PATH: join(libraries, 'lib'),
    FONTCONFIG_PATH: join(tmpdir(), 'fonts'),
  };
  const retried = await versionOf(executablePath, env);
  if (retried === undefined) return undefined;
  return { ...chromium, env, source: `npm package @sparticuz/chromium with its libraries, ${retried}` };
}
