/** One line of the sandbox's ledger: a complete request that reached its send endpoint. */
export interface LedgerEntry {
  seq: number;
  at: string;
  sender: string;
  to: string | null;
  type: string;
  body: unknown;
  callback_data: string | null;
  provider_message_id: string | null;
  /** `accepted`, `rejected:<code>` or `dropped:<fault>`. */
  outcome: string;
}

/** What really became of a message at the provider. */
export interface ProviderStatus {
  seq: number;
  wamid: string;
  status: string;
  callback_data: string | null;
}

export interface WebhookDelivery {
  id: string;
  seq: number;
  status: number | null;
  delivered: boolean;
  body: string;
}

export interface FaultRequest {
  match?: Record<string, unknown>;
  action: { kind: string } & Record<string, unknown>;
}

interface Page<T> {
  data: T[];
  next_after: number | null;
}

export interface SandboxCredentials {
  access_token: string;
  phone_number_id: string;
  waba_id: string;
  app_id: string;
  app_secret: string;
  verify_token: string;
  foreign_phone_number_id: string;
}

/** The control side of the sandbox. */
export class SandboxClient {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.address}/_sandbox${path}`, {
      method,
      // A connection of its own each time: some faults end those that are idle.
      headers: { connection: 'close', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The sandbox refused ${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  credentials(): Promise<SandboxCredentials> {
    return this.call('GET', '/credentials');
  }

  ledger(after = 0): Promise<LedgerEntry[]> {
    return this.#all<LedgerEntry>('/ledger', after);
  }

  statuses(after = 0): Promise<ProviderStatus[]> {
    return this.#all<ProviderStatus>('/statuses', after);
  }

  /** Finished deliveries of webhooks. The sandbox keeps the newest 5,000. */
  deliveries(after = 0): Promise<WebhookDelivery[]> {
    return this.#all<WebhookDelivery>('/webhooks', after);
  }

  pending(): Promise<{ updates: number; deliveries: number }> {
    return this.call('GET', '/pending');
  }

  faults(...rules: FaultRequest[]): Promise<unknown> {
    return this.call('POST', '/faults', { rules });
  }

  /** Each rule that is set has spoilt something. */
  async isEveryFaultMet(): Promise<boolean> {
    return (await this.#rules()).every(({ hits }) => hits > 0);
  }

  /** How often the rules that are set have spoilt something. */
  async faultsMet(): Promise<number> {
    return (await this.#rules()).reduce((sum, { hits }) => sum + hits, 0);
  }

  async heal(): Promise<void> {
    await this.call('DELETE', '/faults');
  }

  set(settings: Record<string, unknown>): Promise<unknown> {
    return this.call('POST', '/settings', settings);
  }

  /** A person writes; gives the message's id. */
  async write(phone: string, body: string, more: Record<string, unknown> = {}): Promise<string> {
    const answer = await this.call<{ messages: { id: string }[] }>('POST', `/people/${phone}/messages`, {
      type: 'text',
      text: { body },
      ...more,
    });
    return answer.messages[0]?.id ?? '';
  }

  async #rules(): Promise<{ hits: number }[]> {
    return (await this.call<{ data: { hits: number }[] }>('GET', '/faults')).data;
  }

  async #all<T extends { seq: number }>(path: string, after: number): Promise<T[]> {
    const all: T[] = [];
    for (let from = after; ; ) {
      const page = await this.call<Page<T>>('GET', `${path}?after=${from}&limit=5000`);
      all.push(...page.data);
      if (page.next_after === null || page.data.length === 0) return all;
      from = page.next_after;
    }
  }
}
