import type { FastifyInstance } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import { accessOf, checkToken, isSame } from './access.ts';
import type { Credentials } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { fieldsOf } from './request-body.ts';

/** Whose tokens the apps have. */
export const SYSTEM_USER_ID = '122100000000000001';

interface Deps {
  credentials: Credentials;
  settings: Settings;
}

/** What tokens are, and the app's own one for its secret. */
export function tokenRoutes(app: FastifyInstance, { credentials, settings }: Deps): void {
  app.get('/debug_token', (request) => {
    checkToken(request, credentials, settings);
    const { input_token: inputToken } = request.query as { input_token?: unknown };
    if (typeof inputToken !== 'string') throw new GraphError(100, 'The parameter input_token is required.');
    return { data: describeToken(inputToken, credentials) };
  });

  // With the client credentials it is the app's token, which some clients get before they subscribe; with a code, as
  // after an embedded signup, the one of the system user.
  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: '/oauth/access_token',
      handler: (request) => {
        const fields = fieldsOf(request);
        const { client_id: id, client_secret: secret, code, grant_type: grant } = fields;
        const caller = credentials.apps.find((each) => each.app_id === String(id));
        if (!caller || typeof secret !== 'string' || !isSame(secret, caller.app_secret)) {
          throw new GraphError(1, 'Error validating client secret.');
        }
        if (grant !== undefined && grant !== 'client_credentials' && grant !== 'authorization_code') {
          throw new GraphError(100, 'Param grant_type must be one of {client_credentials, authorization_code}.');
        }
        if (code !== undefined && code !== '') return { access_token: caller.access_token, token_type: 'bearer' };
        return { access_token: `${caller.app_id}|${caller.app_secret}`, token_type: 'bearer' };
      },
    });
  }
}

function describeToken(token: string, credentials: Credentials): Json {
  const access = accessOf(token, credentials);
  if (!access) {
    return {
      error: { code: 190, message: 'Invalid OAuth access token - Cannot parse access token' },
      is_valid: false,
      scopes: [],
    };
  }
  const { caller, app } = access;
  const scopes = {
    user: ['whatsapp_business_management', 'whatsapp_business_messaging'],
    limited: ['whatsapp_business_management'],
    app: [],
  }[caller];
  return {
    app_id: app.app_id,
    type: caller === 'app' ? 'APP' : 'SYSTEM_USER',
    application: app.name,
    expires_at: 0,
    data_access_expires_at: 0,
    is_valid: true,
    issued_at: 1_763_000_000,
    scopes,
    granular_scopes: scopes.map((scope) => ({ scope, target_ids: app.waba_ids })),
    user_id: SYSTEM_USER_ID,
  };
}
