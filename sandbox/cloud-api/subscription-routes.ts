import type { FastifyInstance } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { verifyCallback } from '#webhooks/verification.ts';
import { checkToken, unknownObject } from './access.ts';
import { optionalText, requireText, requireUrl } from './checks.ts';
import type { Credentials } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { fieldsOf } from './request-body.ts';

interface Deps {
  credentials: Credentials;
  settings: Settings;
  webhooks: WebhookQueue;
}

/** Where webhooks go: the app's subscriptions and the WABA's subscribed apps, with Meta's verification request. */
export function subscriptionRoutes(app: FastifyInstance, { credentials, settings, webhooks }: Deps): void {
  app.get<{ Params: { id: string } }>('/:id/subscriptions', (request) => {
    checkApp(request.params.id, checkToken(request, credentials, settings));
    const { callback_url, fields } = webhooks.subscription;
    const subscription = {
      object: 'whatsapp_business_account',
      callback_url,
      active: true,
      fields: fields.map((name) => ({ name, version: `v${settings.webhook_version}.0` })),
    };
    return { data: callback_url === null ? [] : [subscription] };
  });

  app.post<{ Params: { id: string } }>('/:id/subscriptions', async (request) => {
    checkApp(request.params.id, checkToken(request, credentials, settings));
    const body = fieldsOf(request);
    if (requireText(body, 'object', 'object', 100) !== 'whatsapp_business_account') {
      throw new GraphError(100, 'Param object must be whatsapp_business_account.');
    }
    const url = requireUrl(body, 'callback_url', 'callback_url');
    const verifyToken = requireText(body, 'verify_token', 'verify_token', 1000);
    const fields = fieldsList(body['fields']);
    await verify(url, verifyToken);
    webhooks.changeSubscription({
      callback_url: url,
      verify_token: verifyToken,
      fields,
      verified_at: new Date().toISOString(),
    });
    return { success: true };
  });

  app.delete<{ Params: { id: string } }>('/:id/subscriptions', (request) => {
    checkApp(request.params.id, checkToken(request, credentials, settings));
    webhooks.changeSubscription({ callback_url: null, verify_token: null, verified_at: null });
    return { success: true };
  });

  app.get<{ Params: { id: string } }>('/:id/subscribed_apps', (request) => {
    checkToken(request, credentials, settings);
    checkWaba(request.params.id);
    const { is_waba_subscribed, override_url } = webhooks.subscription;
    const subscribed = {
      whatsapp_business_api_data: {
        id: credentials.app_id,
        name: 'Carillon Sandbox App',
        link: `https://www.facebook.com/games/?app_id=${credentials.app_id}`,
      },
      ...(override_url === null ? {} : { override_callback_uri: override_url }),
    };
    return { data: is_waba_subscribed ? [subscribed] : [] };
  });

  app.post<{ Params: { id: string } }>('/:id/subscribed_apps', async (request) => {
    checkToken(request, credentials, settings);
    checkWaba(request.params.id);
    const body = fieldsOf(request);
    if (body['override_callback_uri'] === undefined) {
      webhooks.changeSubscription({ is_waba_subscribed: true, override_url: null });
      return { success: true };
    }
    const url = requireUrl(body, 'override_callback_uri', 'override_callback_uri');
    if (url.length > 200) throw new GraphError(100, 'Param override_callback_uri must be at most 200 characters long.');
    await verify(url, requireText(body, 'verify_token', 'verify_token', 1000));
    webhooks.changeSubscription({
      is_waba_subscribed: true,
      override_url: url,
      verified_at: new Date().toISOString(),
    });
    return { success: true };
  });

  app.delete<{ Params: { id: string } }>('/:id/subscribed_apps', (request) => {
    checkToken(request, credentials, settings);
    checkWaba(request.params.id);
    webhooks.changeSubscription({ is_waba_subscribed: false, override_url: null });
    return { success: true };
  });

  function checkApp(id: string, caller: string): void {
    if (id !== credentials.app_id) throw unknownObject(id);
    if (caller !== 'app') throw new GraphError(10, 'This method must be called with an app access token.');
  }

  function checkWaba(id: string): void {
    if (id !== credentials.waba_id) throw unknownObject(id);
  }

  async function verify(url: string, verifyToken: string): Promise<void> {
    const problem = await verifyCallback(url, verifyToken);
    if (problem !== undefined) throw new GraphError(2200, `Callback verification failed: ${problem}`);
  }
}

function fieldsList(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  const text = optionalText({ value }, 'value', 'fields', 2000) ?? 'messages';
  return text.split(',').map((field) => field.trim());
}
