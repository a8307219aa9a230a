import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { createLog, describeError, withoutNumbers } from './telemetry.ts';

it('F57: a log that nobody reads stops neither the work nor the end of the process', async () => {
  const telemetry = JSON.stringify(new URL('telemetry.ts', import.meta.url).href);
  const sink = JSON.stringify(new URL('log-sink.ts', import.meta.url).href);
  const program = `
    const { createLog } = await import(${telemetry});
    const { LogSink } = await import(${sink});
    const sink = new LogSink(2);
    const log = createLog({ level: 'info', sink });
    const text = 'x'.repeat(1000);
    for (let round = 0; round < 20; round++) {
      for (let line = 0; line < 1000; line++) log.info({ text_of: text }, 'line');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log(JSON.stringify({ dropped: sink.dropped, drained: await sink.drain(200) }));
    process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
  // Standard error is never read: the pipe is full after 64 KiB.
  child.stderr.pause();
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  child.stderr.destroy();
  expect(code).toBe(0);
  const { dropped, drained } = JSON.parse(output) as { dropped: number; drained: boolean };
  expect(dropped).toBeGreaterThan(1_000);
  expect(drained).toBe(false);
}, 20_000);

it('a log line is one JSON object that holds no secret and no number of a person', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'info', sink: { write: (line) => void lines.push(line) } });
  const error = Object.assign(new Error('Key (phone)=(+491701234567) exists'), {
    code: '23505',
    detail: 'Key (phone)=(+491701234567)',
  });
  log.info(
    { authorization: 'Bearer s3cret', request: { headers: { authorization: 's3cret' } }, to: '+491701234567' },
    'line',
  );
  log.error({ err: error, message_id: '0198c0de-7a11-7000-8000-000000000001' }, 'failed\u001b[31m\nnext');
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line.trimEnd()).not.toMatch(/\p{Cc}/u);
    expect(line).not.toMatch(/s3cret|491701234567/);
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), time: expect.stringMatching(/Z$/) });
  }
  expect(lines[1]).toContain('0198c0de-7a11-7000-8000-000000000001');
  expect(lines[1]).toContain('23505');
});

it('what is thrown is described with its causes, whatever it is', () => {
  expect(describeError('text')).toEqual({ type: 'string', message: 'A value was thrown.' });
  expect(describeError(new Error('a', { cause: new TypeError('b') }))).toMatchObject({
    cause: { type: 'TypeError', message: 'b' },
  });
  expect(withoutNumbers('to +15550001111 at file.ts:123:45')).toBe('to [number] at file.ts:123:45');
});
