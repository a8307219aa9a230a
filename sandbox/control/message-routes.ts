import type { FastifyInstance } from 'fastify';
import type { StatusTimeline } from '#cloud-api/status-timeline.ts';
import type { People } from '#people/people.ts';
import { Refusal, notFound } from './refusal.ts';

interface Deps {
  people: People;
  timeline: StatusTimeline;
}

/** What a person does with one message. */
export function messageRoutes(app: FastifyInstance, { people, timeline }: Deps): void {
  app.post<{ Params: { who: string }; Body: { message_id: string } }>(
    '/_sandbox/people/:who/played',
    { schema: { body: PLAYED_SCHEMA } },
    (request) => {
      const { who } = request.params;
      const person = people.find(who);
      if (!person) throw notFound(`The person ${who.slice(0, 100)}`);
      if (!timeline.play(person, request.body.message_id)) {
        throw new Refusal('message_id is no audio of the business that has arrived', 'message_id');
      }
      return { played: true };
    },
  );
}

const PLAYED_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['message_id'],
  properties: { message_id: { type: 'string', minLength: 1, maxLength: 600 } },
} as const;
