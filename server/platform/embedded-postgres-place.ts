import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  copyFile,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { EmbeddedPostgresProblem, type RunAs, runAs } from './embedded-postgres-process.ts';

export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

/** Where the embedded database lives, which programs it runs, and as whom. */
export interface Place {
  /** Ours: passwords, port, log, and the pointer to `folder`. */
  readonly home: string;
  /** The server's: holds the cluster; owned by `user`. */
  readonly folder: string;
  readonly binaries: Binaries;
  readonly user: RunAs | undefined;
}

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** For example 18. */
  readonly major: number;
}

/** Folders that every user can enter, for the case that the data folder is none. */
const sharedFolders = ['/var/lib/carillon', '/opt/carillon', '/srv/carillon'];

const advice =
  'Choose another CARILLON_DATA, start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.';

/**
 * Decides where the cluster and the programs are to be. PostgreSQL refuses to run as root, so for root another user is
 * taken, who must reach both; a home folder of mode 700 around the checkout or the data is enough to prevent it. Mode
 * bits, mounts and security modules all have a say, so nothing is computed: that user tries.
 */
export async function choosePlace(dataDirectory: string, log: Log, shared = sharedFolders): Promise<Place> {
  const home = join(resolve(dataDirectory), 'postgres');
  await mkdir(home, { recursive: true, mode: 0o755 });
  const pointer = join(home, 'location.json');
  const pointed = await readPointer(pointer);
  const isRoot = process.getuid?.() === 0;
  const owner = await stat(join(pointed ?? join(home, 'server'), 'cluster')).catch(() => undefined);

  if (!isRoot) {
    if (owner !== undefined && owner.uid !== process.getuid?.()) {
      throw new EmbeddedPostgresProblem(
        `The database in ${home} belongs to the user with id ${owner.uid}: start Carillon as that user (or as root, if root made it).`,
      );
    }
    const folder = pointed ?? join(home, 'server');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return { home, folder, user: undefined, binaries: await findBinaries(undefined, [home], log) };
  }

  // A cluster stays its owner's: a user `postgres` that was installed later could not read it.
  const user = owner === undefined || owner.uid === 0 ? await findUser(log) : { uid: owner.uid, gid: owner.gid };
  const binaries = await findBinaries(user, shared, log);
  if (pointed !== undefined) {
    if (await canUse(user, pointed)) return { home, folder: pointed, user, binaries };
    throw new EmbeddedPostgresProblem(
      `The database of ${home} is kept in ${pointed} (says ${pointer}), and the user with id ${user.uid} cannot use that folder.`,
    );
  }
  const inside = join(home, 'server');
  await mkdir(inside, { recursive: true });
  await chown(inside, user.uid, user.gid);
  await chmod(inside, 0o700);
  if (await canUse(user, inside)) return { home, folder: inside, user, binaries };
  if (owner !== undefined) {
    throw new EmbeddedPostgresProblem(
      `PostgreSQL's user (id ${user.uid}) can no longer enter ${inside}, where the database is. Let it enter the folders above again.`,
    );
  }
  for (const parent of shared) {
    // The random part: a data folder that was deleted and made anew must not find the old database.
    const folder = join(parent, `${basename(resolve(dataDirectory))}-${randomBytes(4).toString('hex')}`);
    try {
      await mkdir(parent, { recursive: true, mode: 0o755 });
      await mkdir(folder, { mode: 0o700 });
      await chown(folder, user.uid, user.gid);
    } catch {
      continue;
    }
    if (!(await canUse(user, folder))) {
      await rm(folder, { recursive: true, force: true });
      continue;
    }
    await nameLeftovers(parent, log);
    await writeFile(join(folder, 'belongs-to'), `${home}\n`);
    await writeFile(pointer, `${JSON.stringify({ folder })}\n`);
    // Only when it is empty: it is not ours alone to remove.
    await rmdir(inside).catch(() => undefined);
    log.warn(`PostgreSQL does not run as root, and its user cannot enter ${home}: the database is kept in ${folder}.`);
    return { home, folder, user, binaries };
  }
  throw new EmbeddedPostgresProblem(
    `PostgreSQL does not run as root, and its user (id ${user.uid}) can enter neither ${home} nor ${shared.join(', ')}. ${advice}`,
  );
}

/** Says which databases here have lost their data folder. Never removes one: the folder may be on a disk that is not
 *  mounted at this moment. */
async function nameLeftovers(parent: string, log: Log): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = (await readFile(join(parent, name, 'belongs-to'), 'utf8').catch(() => '')).trim();
    if (owner === '' || (await stat(owner).catch(() => undefined))) continue;
    log.info(
      `${join(parent, name)} holds the database of ${owner}, which is gone: remove it if it is not needed any more.`,
    );
  }
}

async function readPointer(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { folder } = JSON.parse(text) as { folder?: unknown };
    if (typeof folder === 'string') return folder;
  } catch {
    // Said below, for both ways of being unreadable.
  }
  throw new EmbeddedPostgresProblem(`${file} should name the folder of the database, and cannot be read.`);
}

/** Users that only run services; `nobody` is the last resort, since other programs may run as it too. */
async function findUser(log: Log): Promise<RunAs> {
  const known = (await lookUp('postgres')) ?? (await lookUp('carillon'));
  if (known !== undefined) return known;
  const ways: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'carillon']],
    ['adduser', ['-S', '-D', '-H', '-s', '/bin/false', 'carillon']],
  ];
  for (const [program, args] of ways) {
    const made = await runAs(undefined, program, args).then(
      () => lookUp('carillon'),
      () => undefined,
    );
    if (made !== undefined) {
      log.info(`PostgreSQL does not run as root: made the user "carillon" for it.`);
      return made;
    }
  }
  const nobody = await lookUp('nobody');
  if (nobody !== undefined) {
    log.warn('PostgreSQL does not run as root, and no user could be made for it: it runs as "nobody".');
    return nobody;
  }
  throw new EmbeddedPostgresProblem(
    `PostgreSQL does not run as root, and there is no other user to run it as. ${advice}`,
  );
}

async function lookUp(name: string): Promise<RunAs | undefined> {
  const ids = await Promise.all(['-u', '-g'].map((flag) => runAs(undefined, 'id', [flag, name]).catch(() => '')));
  const [uid, gid] = ids.map((text) => (/^\d+\s*$/.test(text) ? Number(text) : undefined));
  return uid === undefined || gid === undefined || uid === 0 ? undefined : { uid, gid };
}

// Each look has a file of its own (`$$` is the shell's process): another start may look at the same moment.
function canUse(user: RunAs, folder: string): Promise<boolean> {
  return runAs(user, '/bin/sh', ['-c', 'cd "$0" && : > ".probe-$$" && rm ".probe-$$"', folder]).then(
    () => true,
    () => false,
  );
}

/** The programs of the npm package where they lie, if `user` can run them there; else a copy that it can run. */
async function findBinaries(user: RunAs | undefined, copyTo: string[], log: Log): Promise<Binaries> {
  const { native, version } = await locatePackage();
  const inPlace = await tryBinaries(user, native);
  if (typeof inPlace === 'object') return inPlace;
  let why = inPlace;
  for (const parent of copyTo) {
    const copy = join(parent, `postgresql-${version}`);
    const present = await tryBinaries(user, copy);
    if (typeof present === 'object') return present;
    try {
      await copyPackage(user, native, copy);
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
      continue;
    }
    const copied = await tryBinaries(user, copy);
    if (typeof copied === 'object') {
      log.info(`PostgreSQL's programs cannot be run in ${native}: copied them to ${copy}.`);
      return copied;
    }
    why = copied;
  }
  throw new EmbeddedPostgresProblem(
    `The PostgreSQL of the package embedded-postgres does not run here: ${why}. ${advice}`,
  );
}

async function locatePackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const main = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
    const root = dirname(dirname(main));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (error) {
    throw new EmbeddedPostgresProblem(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} in this installation (package ${name}): run "npm ci" again with optional dependencies, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

/** Runs both programs, which also loads all their libraries. Returns the reason when they do not run. */
async function tryBinaries(user: RunAs | undefined, native: string): Promise<Binaries | string> {
  const postgres = join(native, 'bin', 'postgres');
  const initdb = join(native, 'bin', 'initdb');
  try {
    const version = await runAs(user, postgres, ['--version']);
    await runAs(user, initdb, ['--version']);
    return { postgres, initdb, major: Number(/(\d+)/.exec(version)?.[1]) };
  } catch (error) {
    if (user && (error as NodeJS.ErrnoException).code === 'EPERM') {
      return 'this root may not run programs as another user (CAP_SETUID and CAP_SETGID are missing)';
    }
    return (error instanceof Error ? error.message : String(error)).trim();
  }
}

async function copyPackage(user: RunAs | undefined, native: string, copy: string): Promise<void> {
  const staging = `${copy}.new-${process.pid}`;
  await rm(staging, { recursive: true, force: true });
  await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
  await copyTree(native, staging, false);
  // The package keeps its links in a list, and makes them in an install script, which may not have been allowed to run.
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), join(dirname(staging), basename(staging), target.replace(/^native\//, '')));
  }
  await rename(staging, copy).catch(async (error: unknown) => {
    // Another process was faster, and may run from its copy already. A broken copy of an older start is replaced.
    if (typeof (await tryBinaries(user, copy)) === 'object') return rm(staging, { recursive: true });
    await rm(copy, { recursive: true, force: true });
    await rename(staging, copy).catch(() => {
      throw error;
    });
  });
}

// Not fs.cp: the copy must be readable by others whatever umask the original was installed with.
async function copyTree(from: string, to: string, isExecutable: boolean): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, target, entry.name === 'bin');
    else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(source, target);
      await chmod(target, isExecutable ? 0o755 : 0o644);
    }
  }
}
