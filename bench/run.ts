import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Child } from './child.ts';
import { type Bench, bareLoop, contacts, drain, sustained } from './figures.ts';
import { startSubject } from './subject.ts';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, profile: { type: 'string' }, repeats: { type: 'string' } } });
const repeats = Number(options.repeats ?? (options.quick ? 1 : 3));
const n = options.quick ? 20_000 : 50_000;

await using sink = await Child.start('sink.ts');
await using load = await Child.start('load.ts');
const sinkPort = await sink.call<number>('listen');
await using subject = await startSubject({ sinkPort, profile: options.profile ?? null });
const bench: Bench = { sink, sinkPort, load, subject };
console.log('warming up');
await subject.acceptBatches(contacts, contacts, 'transactional');
await subject.settled(60_000);
for (let i = 0; i < repeats; i++) {
  console.log('load', loadavg()[0]);
  const a1 = await bareLoop(bench, 40_000);
  const d = await drain(bench, n);
  const a2 = await bareLoop(bench, 40_000);
  const s = await sustained(bench, n);
  const a3 = await bareLoop(bench, 40_000);
  console.log({ a1, a2, a3, d, s, drain: d.storedPerSecond / ((a1.perSecond + a2.perSecond) / 2), drainSent: d.sentPerSecond / ((a1.perSecond + a2.perSecond) / 2), sustained: s.perSecond / ((a2.perSecond + a3.perSecond) / 2) });
}
