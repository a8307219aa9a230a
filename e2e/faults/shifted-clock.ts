import { readFileSync } from 'node:fs';

// Preloaded into a server (`node --import`): its wall clock is off by the milliseconds that a file says, and from each SIGUSR2
// on by what the file says then. Time-outs and the monotonic clock are as they were, as when somebody sets a machine's clock.

const RealDate = Date;
let offsetMs = 0;

process.on('SIGUSR2', () => {
  offsetMs = Number(readFileSync(process.env['FAULTS_CLOCK_OFFSET'] ?? '', 'utf8'));
});

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [RealDate.now() + offsetMs] : given, newTarget) as object,
  get: (target, name) => (name === 'now' ? () => RealDate.now() + offsetMs : Reflect.get(target, name)),
});

const realInstant = Temporal.Now.instant.bind(Temporal.Now);
Temporal.Now.instant = () => realInstant().add({ milliseconds: offsetMs });
Temporal.Now.zonedDateTimeISO = (zone = Temporal.Now.timeZoneId()) => Temporal.Now.instant().toZonedDateTimeISO(zone);
