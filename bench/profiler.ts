import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

// Loaded into the server when profiles are asked for: the first SIGUSR2 begins a CPU profile, the next one writes it.

const session = new Session();
session.connect();
session.post('Profiler.enable');
let count = 0;
let isRunning = false;

process.on('SIGUSR2', () => {
  if (!isRunning) {
    session.post('Profiler.start');
  } else {
    session.post('Profiler.stop', (error, result) => {
      if (error === null)
        writeFileSync(`${process.env['BENCH_PROFILE']}-${++count}.cpuprofile`, JSON.stringify(result.profile));
    });
  }
  isRunning = !isRunning;
});
