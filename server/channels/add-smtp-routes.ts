import { Type } from 'typebox';
import { readEmailAddress } from '#platform/email-address.ts';
import { invalidField } from '#platform/fault.ts';
import type { HttpServer } from '#platform/http.ts';
import { oneOf, strictObject } from '#platform/schema.ts';
import { addAndShow, addedSchema, connectionOptions } from './add-and-show.ts';
import type { ConnectionsRoutesDeps } from './connections-routes.ts';
import { providerName } from './providers/smtp/provider-name.ts';

const line = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]+$', description });

/** Connecting a server that sends mail. */
export function addSmtpRoutes(server: HttpServer, deps: ConnectionsRoutesDeps): void {
  server.post(
    '/v1/connections/smtp',
    {
      config: { access: { scope: 'connections:write' }, shed: 'ui' },
      schema: {
        operationId: 'addSmtpConnection',
        summary: 'Connect an SMTP server for e-mail',
        description:
          'Signs in first; when that does not work, nothing is saved and the problem says why. Nothing is sent.',
        tags: ['connections'],
        body: strictObject({
          host: Type.String({
            minLength: 1,
            maxLength: 253,
            pattern: '^[A-Za-z0-9_.-]+$',
            description: 'Of the server, e.g. smtp.example.com',
          }),
          port: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 65_535, description: '465 for implicit TLS, else 587' }),
          ),
          tls: Type.Optional(
            oneOf(['starttls', 'implicit', 'none'], {
              description: 'How the connection is secured; starttls when absent, none to this machine only',
            }),
          ),
          ca: Type.Optional(
            Type.String({
              minLength: 20,
              maxLength: 20_000,
              description:
                'The certificate (PEM) that the server proves itself by, when no public authority gave it one',
            }),
          ),
          user: line(320, 'Signs in'),
          password: line(2_000, 'Often one that is made for programs'),
          from: Type.String({ minLength: 3, maxLength: 320, description: 'The address that messages are sent from' }),
          from_name: Type.Optional(line(100, 'As people see the sender')),
          bounce_address: Type.Optional(
            Type.String({
              minLength: 3,
              maxLength: 320,
              description:
                'Mailbox of bounces, e.g. bounce@example.com; it must take bounce+anything, too. Else the sender',
            }),
          ),
          default_subject: Type.Optional(line(250, 'Of messages of the type text')),
          throughput_per_second: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
          ...connectionOptions,
        }),
        response: { 201: addedSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { host, user, tls = body.port === 465 ? 'implicit' : 'starttls' } = body;
      const port = body.port ?? (tls === 'implicit' ? 465 : 587);
      const from = addressOf(body.from, '/from');
      return addAndShow(deps, request, reply, body, {
        provider: providerName,
        baseUrl: `${tls === 'implicit' ? 'smtps' : 'smtp'}://${host.toLowerCase()}:${port}`,
        businessAccountId: `${user}@${host.toLowerCase()}`,
        // Mail comes back in any case of letters.
        senderExternalId: from.toLowerCase(),
        options: {
          user,
          tls,
          bounce_address: body.bounce_address === undefined ? from : addressOf(body.bounce_address, '/bounce_address'),
          ...(body.ca === undefined ? undefined : { ca: body.ca }),
          ...(body.from_name === undefined ? undefined : { from_name: body.from_name }),
          ...(body.default_subject === undefined ? undefined : { default_subject: body.default_subject }),
        },
        // The key of the webhooks' address is made, so that nobody chooses one that can be guessed.
        secrets: { accessToken: body.password, appSecrets: [], verifyToken: '' },
      });
    },
  );
}

function addressOf(text: string, pointer: string): string {
  const verdict = readEmailAddress(text);
  if (!verdict.ok) throw invalidField(pointer, verdict.message, 'format');
  return verdict.address;
}
