import { randomUUID } from 'node:crypto';
import { newSecret } from '#cloud-api/ids.ts';
import type { Settings } from '#control/settings.ts';
import { isAccepting } from '#faults/fault-answers.ts';
import type { Faults } from '#faults/faults.ts';
import type { SendAction } from '#faults/rules.ts';
import type { OtherProvider } from '#other-provider.ts';
import type { Json } from '#people/chats.ts';
import { isoInstant, type SandboxClock } from '#storage/clock.ts';
import type { LedgerEntry } from '#storage/ledger.ts';
import type { NumberedLog } from '#storage/numbered-log.ts';
import type { StateJournal } from '#storage/state.ts';
import type { Deliveries } from '#webhooks/deliveries.ts';
import { Mailbox, type Mail as StoredMail } from './mailbox.ts';
import { Posts } from './posts.ts';
import { answerTo, type BounceReason, complaint, deliveryReport, headerOf } from './reports.ts';
import { type Envelope, type Reply, smtpCode, SmtpListener } from './smtp-listener.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  state: StateJournal;
  faults: Faults;
  ledger: NumberedLog<LedgerEntry>;
  deliveries: Deliveries;
}

/** The simulated mail: a server that takes mail for everybody, and whatever comes back of it. */
export class Mail implements OtherProvider {
  readonly name = 'mail';
  readonly mailbox: Mailbox;
  readonly posts: Posts;
  /** Called with the number in the ledger of what is stored. */
  onStored: (seq: number) => void = () => undefined;

  readonly #deps: Deps;
  readonly #listener: SmtpListener;
  readonly #credentials = { user: 'sandbox', password: '' };

  constructor(deps: Deps) {
    this.#deps = deps;
    const { state, faults } = deps;
    this.mailbox = new Mailbox(state);
    this.posts = new Posts(deps);
    state.on<string>('mail_password', (password) => (this.#credentials.password = password));
    state.snapshot(() => [['mail_password', this.#credentials.password] as const]);
    this.#listener = new SmtpListener({
      faults,
      credentials: this.#credentials,
      receive: (envelope, raw, fault) => this.#receive(envelope, raw, fault),
    });
  }

  get port(): number {
    return this.#listener.port;
  }

  get pendingWebhooks(): number {
    return this.posts.pending;
  }

  /** Makes the password of a new sandbox; after the state was read. */
  addFirst(): void {
    if (this.#credentials.password !== '') return;
    this.#credentials.password = newSecret(12);
    this.#deps.state.record('mail_password', this.#credentials.password);
  }

  /** On 127.0.0.1; 0 takes a free port, and so does `orAny` when the port is taken. */
  async listen(port: number, orAny: boolean): Promise<void> {
    try {
      await this.#listener.listen(port);
    } catch (error) {
      if (!orAny || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      await this.#listener.listen(0);
    }
  }

  describe(address: string): Json {
    return {
      host: '127.0.0.1',
      port: this.#listener.port,
      tls: 'none',
      ...this.#credentials,
      from: 'shop@sandbox.example',
      bounce_address: 'bounce@sandbox.example',
      webhook_url: this.posts.url,
      page: `${address}/mail`,
    };
  }

  /** The person's server does not take the mail after all, or tells of it. */
  bounce(mail: StoredMail, reason: BounceReason): void {
    const { clock } = this.#deps;
    this.mailbox.note(mail, `${reason.action} ${reason.status}`);
    const raw = deliveryReport(mail, reason, clock.now());
    this.posts.pass(raw, { to: mail.to, sender: mail.from, type: 'report' });
  }

  complain(mail: StoredMail): void {
    this.mailbox.note(mail, 'reported as spam');
    this.posts.pass(complaint(mail, this.#deps.clock.now()), { to: mail.to, sender: mail.from, type: 'complaint' });
  }

  answer(mail: StoredMail, text: string): void {
    this.mailbox.note(mail, `answered: ${text.slice(0, 80)}`);
    this.posts.pass(answerTo(mail, text, this.#deps.clock.now()), { to: mail.to, sender: mail.from, type: 'answer' });
  }

  restore(entry: LedgerEntry): void {
    const id = entry.provider_message_id;
    if (id === null || this.mailbox.has(id)) return;
    const { raw } = entry.body as { raw: string };
    this.mailbox.add({ id, at: Date.parse(entry.at), from: entry.sender, to: entry.to ?? '', raw, notes: [] });
  }

  resume(): void {
    this.posts.resume();
  }

  adapt(): void {
    // No setting changes how mail is taken.
  }

  async close(): Promise<void> {
    await this.#listener.close();
    await this.posts.close();
  }

  /** Every whole mail is in the ledger, synced, before it is answered. */
  async #receive({ from, to }: Envelope, bytes: Buffer, fault: SendAction | undefined): Promise<Reply> {
    const { clock, ledger, state } = this.#deps;
    const raw = bytes.toString('latin1');
    const isTaken = fault === undefined || isAccepting(fault);
    const id = isTaken ? randomUUID() : null;
    const reply = replyOf(fault, id);
    const at = clock.now();
    const written = ledger.append({
      at: isoInstant(at),
      provider: 'mail',
      sender: from,
      to,
      type: 'email',
      body: { raw, subject: headerOf(raw, 'subject') ?? null },
      // Of the mail itself: what its sender calls it comes back with everything that is told of it.
      callback_data: headerOf(raw, 'message-id') ?? null,
      traceparent: null,
      provider_message_id: id,
      outcome: isTaken ? 'accepted' : typeof reply === 'object' ? `rejected:${reply.code}` : `dropped:${fault?.kind}`,
    });
    const seq = ledger.lastSeq;
    await written;
    if (id !== null) {
      const mail = { id, at, from, to, raw, notes: [] };
      this.mailbox.add(mail);
      if (fault?.kind === 'duplicate_acceptance') this.mailbox.add({ ...mail, id: randomUUID() });
      this.onStored(seq);
      if (fault?.kind === 'fail_later') {
        const text = fault.details ?? 'The sandbox was told to fail this';
        this.bounce(mail, { action: 'failed', status: '5.1.1', text });
      }
    }
    await state.flushed();
    return reply;
  }
}

function replyOf(fault: SendAction | undefined, id: string | null): Reply {
  const taken = { code: 250, text: `2.0.0 Ok: queued as ${id ?? 'nothing'}` };
  switch (fault?.kind) {
    case undefined:
    case 'duplicate_acceptance':
    case 'fail_later':
      return taken;
    case 'error':
      return { code: smtpCode(fault.code), text: fault.details ?? 'The sandbox was told to refuse this' };
    case 'http':
      return { code: smtpCode(fault.http_status), text: '4.3.0 The sandbox was told to refuse this' };
    case 'accept_then_timeout':
    case 'timeout':
      return fault.release_ms === undefined || fault.kind === 'timeout'
        ? 'silence'
        : { ...taken, afterMs: fault.release_ms };
    case 'accept_then_reset':
    case 'reset':
    case 'reset_after_bytes':
      return 'reset';
    case 'slow_answer':
      return { ...taken, afterMs: 1000 * (taken.text.length / (fault.bytes_per_second ?? 1)) };
    case 'delay_answer':
      return { ...taken, afterMs: fault.ms };
    case 'garbage':
    case 'redirect':
      return 'garbage';
  }
}
