import { useQuery } from '@tanstack/react-query';
import { read } from '#api.ts';

export const webhookStates = ['pending', 'applied', 'quarantined'] as const;
export type WebhookState = (typeof webhookStates)[number];
export const stateWords: Readonly<Record<WebhookState, string>> = {
  pending: 'Pending',
  applied: 'Applied',
  quarantined: 'Quarantined',
};

export interface WebhookSummary {
  id: string;
  connection_id: string;
  received_at: string;
  state: WebhookState;
  attempts: number;
  error: string | null;
  size_bytes: number;
}

export interface Webhook extends WebhookSummary {
  body: string;
  body_encoding: 'utf8' | 'base64';
}

export function useWebhook(id: string) {
  return useQuery({
    queryKey: ['webhook', id],
    queryFn: ({ signal }) => read<Webhook>(`/v1/webhooks/${encodeURIComponent(id)}`, {}, signal),
  });
}

/** The body with indents if it is JSON, else as it came. Numbers keep their digits: it is laid out, not read and written. */
export function prettyBody({ body, body_encoding: encoding }: Pick<Webhook, 'body' | 'body_encoding'>): string {
  if (encoding === 'base64') return `Not text. In base64:\n${body}`;
  try {
    JSON.parse(body);
  } catch {
    return body;
  }
  return layOut(body);
}

// JSON.parse would round ids of twenty digits, and this is the place where one looks for what really came.
function layOut(json: string): string {
  const parts: string[] = [];
  let depth = 0;
  let previous = '';
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gu)) {
    const opens = token === '{' || token === '[';
    const closes = token === '}' || token === ']';
    if (closes) depth -= 1;
    const isAfterOpening = previous === '{' || previous === '[';
    if ((isAfterOpening && !closes) || (closes && !isAfterOpening) || previous === ',')
      parts.push(`\n${'  '.repeat(depth)}`);
    parts.push(token === ':' ? ': ' : token);
    if (opens) depth += 1;
    previous = token;
  }
  return parts.join('');
}

/** A size in the unit that fits. */
export function sizeWords(sizeBytes: number): string {
  const unit = sizeBytes >= 1_000_000 ? 'megabyte' : sizeBytes >= 1000 ? 'kilobyte' : 'byte';
  const value = sizeBytes / { megabyte: 1_000_000, kilobyte: 1000, byte: 1 }[unit];
  return new Intl.NumberFormat(undefined, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value);
}
