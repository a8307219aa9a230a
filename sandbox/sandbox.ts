import { resumeCalls } from '#calls/calling.ts';
import { resumeNameReviews } from '#cloud-api/account/number-routes.ts';
import { recoverAcceptances } from '#cloud-api/send-routes.ts';
import type { Settings } from '#control/settings.ts';
import { addressOf, newHttpServer } from './http-server.ts';
import { closeWorld, openWorld } from './world.ts';

export interface SandboxOptions {
  /** Holds ledger, state and media; made if it does not exist. One sandbox at a time may use it. */
  dataFolder: string;
  /** On 127.0.0.1; 0 (the default) picks a free one. */
  port?: number;
  /** Of the mail server on 127.0.0.1; 0 (the default) picks a free one. */
  mailPort?: number;
  /** Takes a free port for mail when that one is taken. */
  anyMailPort?: boolean;
  /** Over the stored or standard settings. */
  settings?: Partial<Settings>;
  /** `false` leaves out the disk sync of the ledger: faster, still safe when the process is killed, not when the
   *  machine is. */
  synced?: boolean;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  address: string;
  /** `smtp://127.0.0.1:PORT` */
  mailAddress: string;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a sandbox in this process; it serves when the promise resolves. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const world = await openWorld(options.dataFolder, {
    settings: options.settings ?? {},
    synced: options.synced ?? true,
  });
  const app = await newHttpServer(world);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= end());
  async function end(): Promise<void> {
    world.faults.remove();
    await app.close();
    await closeWorld(world);
  }
  try {
    // Before the first new send, whose number in the ledger would hide the older ones that are not stored.
    await recoverAcceptances(world);
    await world.mail.listen(options.mailPort ?? 0, options.anyMailPort ?? false);
    await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  } catch (error) {
    await close();
    throw error;
  }
  world.timeline.resume();
  world.templateLife.resume();
  resumeNameReviews(world);
  resumeCalls(world);
  world.webhooks.resume();
  for (const other of world.others) other.resume();
  const mailAddress = `smtp://127.0.0.1:${world.mail.port}`;
  return { address: addressOf(app), mailAddress, close, [Symbol.asyncDispose]: close };
}
