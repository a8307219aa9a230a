import { Type } from 'typebox';
import { invalidField } from '#platform/fault.ts';
import type { HttpServer } from '#platform/http.ts';
import { oneOf, strictObject } from '#platform/schema.ts';
import { addAndShow, addedSchema, connectionOptions } from './add-and-show.ts';
import type { ConnectionsRoutesDeps } from './connections-routes.ts';
import { secret } from './present-connection.ts';
import { smsName, whatsappName } from './providers/twilio/names.ts';

const sid = (letters: string, description: string) =>
  Type.String({ pattern: `^${letters}[0-9a-fA-F]{32}$`, description });

/** Connecting an account of Twilio, for SMS or for WhatsApp. */
export function addTwilioRoutes(server: HttpServer, deps: ConnectionsRoutesDeps): void {
  server.post(
    '/v1/connections/twilio',
    {
      config: { access: { scope: 'connections:write' }, shed: 'ui' },
      schema: {
        operationId: 'addTwilioConnection',
        summary: 'Connect an account of Twilio, for SMS or for WhatsApp',
        description:
          'Tries the credentials first; when one does not work, nothing is saved and the problem says why. A number that sends both is connected twice.',
        tags: ['connections'],
        body: strictObject({
          channel: oneOf(['sms', 'whatsapp']),
          base_url: Type.Optional(
            Type.String({ minLength: 8, maxLength: 500, description: 'Of Twilio or what speaks like it' }),
          ),
          account_sid: sid('AC', 'The account, or a subaccount with its own auth token'),
          auth_token: secret('Of the account: it signs webhooks, and authorizes calls unless there is an API key'),
          api_key_sid: Type.Optional(sid('SK', 'Authorizes calls in place of the auth token')),
          api_key_secret: Type.Optional(secret('Shown once, when the API key is made')),
          sender: Type.String({
            pattern: '^(\\+[1-9][0-9]{5,14}|MG[0-9a-fA-F]{32})$',
            description:
              'A number as E.164 with "+", or the SID of a messaging service, which chooses one of its numbers',
          }),
          smart_encoding: Type.Optional(
            Type.Boolean({
              description: 'Have Twilio write characters such as curly quotes so that an SMS needs fewer segments',
            }),
          ),
          throughput_per_second: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
          ...connectionOptions,
        }),
        response: { 201: addedSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { api_key_sid: keySid, api_key_secret: keySecret } = body;
      if ((keySid === undefined) !== (keySecret === undefined)) {
        const missing = keySid === undefined ? '/api_key_sid' : '/api_key_secret';
        throw invalidField(missing, 'An API key is its SID and its secret: give both.', 'required');
      }
      if (body.smart_encoding === true && body.channel !== 'sms')
        throw invalidField('/smart_encoding', 'Only SMS has an encoding to be smart about.');
      return addAndShow(deps, request, reply, body, {
        provider: body.channel === 'sms' ? smsName : whatsappName,
        businessAccountId: body.account_sid,
        senderExternalId: body.sender,
        secrets: { accessToken: keySecret ?? body.auth_token, appSecrets: [body.auth_token], verifyToken: '' },
        options: {
          ...(keySid === undefined ? undefined : { api_key_sid: keySid }),
          ...(body.smart_encoding === true ? { smart_encoding: 'true' } : undefined),
        },
      });
    },
  );
}
