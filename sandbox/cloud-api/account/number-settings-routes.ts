import { createPublicKey } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import { checkCalling } from '#calls/call-settings.ts';
import { type SandboxClock, epochSeconds } from '#storage/clock.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { accessToNumber } from '#cloud-api/access.ts';
import { isObject, requireText } from '#cloud-api/checks.ts';
import type { Credentials } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import type { NumberStates } from './number-states.ts';

interface Deps {
  clock: SandboxClock;
  webhooks: WebhookQueue;
  credentials: Credentials;
  settings: Settings;
  numbers: NumberStates;
}

type ById = { Params: { id: string } };

const PARTS = ['calling', 'storage_configuration', 'user_identity_change', 'payload_encryption'];

/** The settings of a number, and the key with which flows are encrypted for the business. */
export function numberSettingsRoutes(app: FastifyInstance, deps: Deps): void {
  const { numbers } = deps;

  app.get<ById>('/:id/settings', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    return {
      calling: { status: 'DISABLED' },
      user_identity_change: { enable_identity_key_check: false },
      payload_encryption: { status: 'DISABLED' },
      ...numbers.of(id).settings,
    };
  });

  app.post<ById>('/:id/settings', (request) => {
    const { phone_number_id: id, waba_id: wabaId } = accessToNumber(request, request.params.id, deps);
    const fields = fieldsOf(request);
    const parts = PARTS.filter((part) => fields[part] !== undefined);
    if (parts.length === 0) throw new GraphError(100, `One of ${PARTS.join(', ')} is required.`);
    const state = numbers.of(id);
    const change: Json = {};
    for (const part of parts) {
      const value = fields[part];
      if (!isObject(value)) throw new GraphError(100, `Param ${part} must be a JSON object.`);
      if (part === 'storage_configuration' && state.status === 'CONNECTED') {
        throw new GraphError(100, 'The storage can be configured only while the number is not registered.');
      }
      if (part === 'calling') checkCalling(value);
      const before = state.settings[part];
      change[part] = { ...(isObject(before) ? before : {}), ...value };
    }
    numbers.change(id, { settings: { ...state.settings, ...change } });
    if (change['calling'] !== undefined) {
      deps.webhooks.tellAccount(wabaId, 'account_settings_update', {
        messaging_product: 'whatsapp',
        timestamp: epochSeconds(deps.clock.now()),
        type: 'phone_number_settings',
        phone_number_settings: { phone_number_id: id, calling: change['calling'] },
      });
    }
    return { success: true };
  });

  app.get<ById>('/:id/whatsapp_business_encryption', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const { public_key, is_key_signed } = numbers.of(id);
    if (public_key === null) return { data: [] };
    const status = is_key_signed ? 'VALID' : 'MISMATCH';
    return { data: [{ business_public_key: public_key, business_public_key_signature_status: status }] };
  });

  app.post<ById>('/:id/whatsapp_business_encryption', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const key = requireText(fieldsOf(request), 'business_public_key', 'business_public_key', 4000);
    checkKey(key);
    numbers.change(id, { public_key: key, is_key_signed: true });
    return { success: true };
  });
}

function checkKey(pem: string): void {
  let bits: number | undefined;
  try {
    const key = createPublicKey(pem);
    bits = key.asymmetricKeyType === 'rsa' ? key.asymmetricKeyDetails?.modulusLength : undefined;
  } catch {
    throw new GraphError(100, 'Param business_public_key is not a public key in PEM.');
  }
  // A private key has a public part, too, but nobody should upload it.
  if (bits !== 2048 || pem.includes('PRIVATE')) {
    throw new GraphError(100, 'Param business_public_key must be a public RSA key of 2048 bits.');
  }
}
