import { useQuery } from '@tanstack/react-query';
import { type Answer, dataOf } from '@carillon/sdk';
import { api } from '#api.ts';

export const webhookStates = ['pending', 'applied', 'quarantined'] as const;
export type WebhookState = (typeof webhookStates)[number];
export const stateWords: Readonly<Record<WebhookState, string>> = {
  pending: 'Pending',
  applied: 'Applied',
  quarantined: 'Quarantined',
};

export type Webhook = Answer<'getWebhook', 200>;
export type WebhookSummary = Answer<'listWebhooks', 200>['data'][number];

export function useWebhook(id: string) {
  return useQuery({
    queryKey: ['webhook', id],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/webhooks/{id}', { params: { path: { id } }, signal })),
  });
}

/** A size in the unit that fits. */
export function sizeWords(sizeBytes: number): string {
  const unit = sizeBytes >= 1_000_000 ? 'megabyte' : sizeBytes >= 1000 ? 'kilobyte' : 'byte';
  const value = sizeBytes / { megabyte: 1_000_000, kilobyte: 1000, byte: 1 }[unit];
  return new Intl.NumberFormat(undefined, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value);
}
