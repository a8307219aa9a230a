import { readdir, readFile } from 'node:fs/promises';

/** Processor time of some processes, in microseconds; with PostgreSQL's, the server with all its children. */
export type ProcessorTime = Record<string, number>;

const ticksPerSecond = 100;

/** Reads what each process, named by the caller, has used so far. Linux only: elsewhere it is 0 for all. */
export async function processorTime(pids: Record<string, number>, postmaster: number): Promise<ProcessorTime> {
  const times: ProcessorTime = {};
  for (const [name, pid] of Object.entries(pids)) times[name] = (await readStat(pid))?.micros ?? 0;
  let postgres = 0;
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readStat(Number(name));
    if (stat && (stat.pid === postmaster || stat.parent === postmaster)) postgres += stat.micros;
  }
  return { ...times, postgres };
}

/** Microseconds between two readings, for each of `count` units of work. */
export function processorTimeEach(before: ProcessorTime, after: ProcessorTime, count: number): ProcessorTime {
  return Object.fromEntries(
    Object.entries(after).map(([name, micros]) => [name, (micros - (before[name] ?? 0)) / count]),
  );
}

async function readStat(pid: number): Promise<{ pid: number; parent: number; micros: number } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The name of the program may have spaces and parentheses; the fields begin behind the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // utime and stime, and for a parent those of its children that have ended.
  const ticks = [11, 12, 13, 14].reduce((sum, place) => sum + Number(fields[place]), 0);
  return { pid, parent: Number(fields[1]), micros: (ticks / ticksPerSecond) * 1e6 };
}
