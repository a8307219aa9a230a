import type { FastifyInstance } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { StateJournal } from '#storage/state.ts';
import { accessToWaba } from '#cloud-api/access.ts';
import { requireText, shown } from '#cloud-api/checks.ts';
import type { Credentials } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { pagedAnswer } from '#cloud-api/paging.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import { PORTFOLIO_ID } from './nodes.ts';

interface Assignment {
  waba_id: string;
  user_id: string;
  /** Empty: taken off. */
  tasks: string[];
}

const TASKS = ['MANAGE', 'DEVELOP', 'MANAGE_TEMPLATES', 'MANAGE_PHONE', 'VIEW_COST', 'MANAGE_EXTENSIONS', 'MESSAGING'];

/** Which users of the portfolio may do what with an account. */
export class AssignedUsers {
  readonly #state: StateJournal;
  readonly #byWaba = new Map<string, Map<string, Assignment>>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<Assignment>('assigned_user', (assignment) => this.#keep(assignment));
    state.snapshot(() =>
      [...this.#byWaba.values()].flatMap((users) =>
        [...users.values()].map((assignment) => ['assigned_user', assignment] as const),
      ),
    );
  }

  list(wabaId: string): Assignment[] {
    return [...(this.#byWaba.get(wabaId)?.values() ?? [])];
  }

  assign(assignment: Assignment): void {
    this.#keep(assignment);
    this.#state.record('assigned_user', assignment);
  }

  #keep(assignment: Assignment): void {
    const users = this.#byWaba.get(assignment.waba_id) ?? new Map<string, Assignment>();
    this.#byWaba.set(assignment.waba_id, users);
    if (assignment.tasks.length === 0) users.delete(assignment.user_id);
    else users.set(assignment.user_id, assignment);
  }
}

interface Deps {
  credentials: Credentials;
  settings: Settings;
  assignedUsers: AssignedUsers;
}

type ById = { Params: { id: string } };

/** `/{WABA}/assigned_users` */
export function assignedUserRoutes(app: FastifyInstance, deps: Deps): void {
  const { assignedUsers } = deps;

  app.get<ById>('/:id/assigned_users', (request) => {
    const { id } = request.params;
    accessToWaba(request, id, deps);
    const { business } = request.query as Json;
    if (business !== PORTFOLIO_ID) throw new GraphError(100, 'Param business must be the portfolio of the account.');
    return pagedAnswer(
      request,
      assignedUsers.list(id),
      (user) => user.user_id,
      (user) => ({ id: user.user_id, name: `User ${user.user_id}`, tasks: user.tasks }),
    );
  });

  app.post<ById>('/:id/assigned_users', (request) => {
    const { id } = request.params;
    accessToWaba(request, id, deps);
    const fields = fieldsOf(request);
    const tasks = tasksOf(fields['tasks']);
    assignedUsers.assign({ waba_id: id, user_id: userOf(fields), tasks });
    return { success: true };
  });

  app.delete<ById>('/:id/assigned_users', (request) => {
    const { id } = request.params;
    accessToWaba(request, id, deps);
    const userId = userOf(fieldsOf(request));
    if (!assignedUsers.list(id).some((user) => user.user_id === userId)) {
      throw new GraphError(100, `The user ${userId} is not assigned to the account.`);
    }
    assignedUsers.assign({ waba_id: id, user_id: userId, tasks: [] });
    return { success: true };
  });
}

function userOf(fields: Json): string {
  const user = requireText(fields, 'user', 'user', 30);
  if (!/^\d+$/.test(user)) throw new GraphError(100, 'Param user must be the id of a user.');
  return user;
}

/** A JSON array, or one with the quotes that Meta's own examples have. */
function tasksOf(value: unknown): string[] {
  const tasks = shown(Array.isArray(value) ? value.join(',') : (value ?? ''))
    .replaceAll(/[[\]"'\s]/g, '')
    .split(',')
    .filter((task) => task !== '');
  if (tasks.length === 0 || tasks.some((task) => !TASKS.includes(task))) {
    throw new GraphError(100, `Param tasks must be of {${TASKS.join(', ')}}.`);
  }
  return tasks;
}
