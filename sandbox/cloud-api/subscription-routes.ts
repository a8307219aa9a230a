import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { verifyCallback } from '#webhooks/verification.ts';
import { accessToWaba, checkToken, checkVisible, unknownObject } from './access.ts';
import { optionalText, requireText, requireUrl } from './checks.ts';
import type { Credentials, SandboxApp } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { fieldsOf } from './request-body.ts';

interface Deps {
  credentials: Credentials;
  settings: Settings;
  webhooks: WebhookQueue;
}

type ById = { Params: { id: string } };

/** Where webhooks go: the app's subscriptions and the WABA's subscribed apps, with Meta's verification request. */
export function subscriptionRoutes(app: FastifyInstance, deps: Deps): void {
  const { credentials, settings, webhooks } = deps;
  const { subscriptions } = webhooks;

  app.get<ById>('/:id/subscriptions', (request) => {
    const caller = accessToApp(request);
    const { callback_url, fields } = subscriptions.of(caller.app_id);
    const version = `v${caller.webhook_version ?? settings.webhook_version}.0`;
    const subscription = {
      object: 'whatsapp_business_account',
      callback_url,
      active: true,
      fields: fields.map((name) => ({ name, version })),
    };
    return { data: callback_url === null ? [] : [subscription] };
  });

  app.post<ById>('/:id/subscriptions', async (request) => {
    const { app_id } = accessToApp(request);
    const body = fieldsOf(request);
    if (requireText(body, 'object', 'object', 100) !== 'whatsapp_business_account') {
      throw new GraphError(100, 'Param object must be whatsapp_business_account.');
    }
    const url = requireUrl(body, 'callback_url', 'callback_url');
    const verifyToken = requireText(body, 'verify_token', 'verify_token', 1000);
    const fields = fieldsList(body['fields']);
    await verify(url, verifyToken);
    subscriptions.change(app_id, {
      callback_url: url,
      verify_token: verifyToken,
      fields,
      verified_at: new Date().toISOString(),
    });
    webhooks.pump();
    return { success: true };
  });

  app.delete<ById>('/:id/subscriptions', (request) => {
    const { app_id } = accessToApp(request);
    subscriptions.change(app_id, { callback_url: null, verify_token: null, verified_at: null });
    return { success: true };
  });

  app.get<ById>('/:id/subscribed_apps', (request) => {
    const { id } = request.params;
    const { app: caller } = accessToWaba(request, id, deps);
    const data = credentials.apps
      .filter((each) => isSubscribed(each, id))
      .map((each) => {
        const override = subscriptions.of(each.app_id).wabas[id]?.override_url;
        return {
          whatsapp_business_api_data: {
            id: each.app_id,
            name: each.name,
            link: `https://www.facebook.com/games/?app_id=${each.app_id}`,
          },
          // An app sees its own callback only.
          ...(override && each === caller ? { override_callback_uri: override } : {}),
        };
      });
    return { data };
  });

  app.post<ById>('/:id/subscribed_apps', async (request) => {
    const { id } = request.params;
    const { app_id } = accessToWaba(request, id, deps).app;
    const body = fieldsOf(request);
    if (body['override_callback_uri'] === undefined) {
      subscriptions.changeWaba(app_id, id, { is_subscribed: true, override_url: null });
      webhooks.pump();
      return { success: true };
    }
    const url = requireUrl(body, 'override_callback_uri', 'override_callback_uri');
    if (url.length > 200) throw new GraphError(100, 'Param override_callback_uri must be at most 200 characters long.');
    await verify(url, requireText(body, 'verify_token', 'verify_token', 1000));
    subscriptions.changeWaba(app_id, id, { is_subscribed: true, override_url: url });
    subscriptions.change(app_id, { verified_at: new Date().toISOString() });
    webhooks.pump();
    return { success: true };
  });

  app.delete<ById>('/:id/subscribed_apps', (request) => {
    const { id } = request.params;
    const { app_id } = accessToWaba(request, id, deps).app;
    subscriptions.changeWaba(app_id, id, { is_subscribed: false, override_url: null });
    return { success: true };
  });

  function accessToApp(request: FastifyRequest<ById>): SandboxApp {
    const { id } = request.params;
    const access = checkToken(request, credentials, settings);
    checkVisible(id, access, credentials);
    if (id !== access.app.app_id) throw unknownObject(id);
    if (access.caller !== 'app') throw new GraphError(10, 'This method must be called with an app access token.');
    return access.app;
  }

  function isSubscribed({ app_id, waba_ids }: SandboxApp, wabaId: string): boolean {
    return waba_ids.includes(wabaId) && subscriptions.isSubscribed(app_id, wabaId);
  }
}

async function verify(url: string, verifyToken: string): Promise<void> {
  const problem = await verifyCallback(url, verifyToken);
  if (problem !== undefined) throw new GraphError(2200, `Callback verification failed: ${problem}`);
}

/** An array, the same as JSON in a text, or names with commas. */
function fieldsList(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  const text = optionalText({ value }, 'value', 'fields', 2000) ?? 'messages';
  return text
    .replaceAll(/[[\]"'\s]/g, '')
    .split(',')
    .filter((field) => field !== '');
}
