import { expect, it } from 'vitest';
import { connectionsRoutes, type ConnectionsRoutesDeps } from './connections-routes.ts';

it('whoever pauses, stops or resumes sending is let in when everything else is too much', () => {
  const shedOf = new Map<string, string | undefined>();
  const add = (path: string, options: { config: { shed?: string } }): void => {
    shedOf.set(path, options.config.shed);
  };
  const server = { get: () => undefined, post: add, put: add, patch: add, delete: add };
  connectionsRoutes(server as never, {} as ConnectionsRoutesDeps);
  const buttons = [...shedOf].filter(([path]) => /(?:pause|resume|stop|breaker)$|^\/v1\/stops/.test(path));
  expect(buttons.length).toBeGreaterThan(4);
  expect(buttons.filter(([, shed]) => shed !== 'never')).toEqual([]);
});
