import type { SandboxClock } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import type { LiveChanges } from '#control/events.ts';
import { newDigits, newSecret } from '#cloud-api/ids.ts';

export const JOIN_MODES = ['auto_approve', 'approval_required'] as const;

/** Somebody who wants to join a group that asks first. */
export interface JoinRequest {
  id: string;
  person_id: string;
  /** Milliseconds of the epoch. */
  at: number;
}

/** A group of a business number. People are named by their id here. */
export interface Group {
  id: string;
  phone_number_id: string;
  subject: string;
  description: string | null;
  join_approval_mode: (typeof JOIN_MODES)[number];
  created_at: number;
  /** The end of the link by which people join. */
  invite_code: string;
  is_suspended: boolean;
  participants: string[];
  /** Whom the business took out: they cannot join again. */
  removed: string[];
  requests: JoinRequest[];
  /** When somebody last wrote in the group: its service window closes 24 hours later. */
  last_inbound_at: number | null;
  picture_media_id: string | null;
  /** When each participant came, and when each last looked, in milliseconds of the epoch; those who left as well. */
  joined_at?: Record<string, number>;
  read_at?: Record<string, number>;
  /** The messages on top of the group, and until when they stay there. */
  pins: { message_id: string; until: number }[];
}

interface Deps {
  clock: SandboxClock;
  state: StateJournal;
  changes: LiveChanges;
}

const INVITE = 'https://chat.whatsapp.com/';

/** The groups of all numbers, who is in them and who wants to be. */
export class Groups {
  readonly #deps: Deps;
  readonly #byId = new Map<string, Group>();

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.state.on<Group>('group', (group) => this.#byId.set(group.id, group));
    deps.state.on<{ id: string }>('group_gone', ({ id }) => this.#byId.delete(id));
    deps.state.snapshot(() => [...this.#byId.values()].map((group) => ['group', group] as const));
  }

  find(id: string): Group | undefined {
    return this.#byId.get(id);
  }

  /** Those of a number, or all; oldest first. */
  list(phoneNumberId?: string): Group[] {
    return [...this.#byId.values()].filter(
      (group) => phoneNumberId === undefined || group.phone_number_id === phoneNumberId,
    );
  }

  /** Those in which a person is. */
  of(personId: string): Group[] {
    return this.list().filter((group) => group.participants.includes(personId));
  }

  findByInvite(link: string): Group | undefined {
    const asked = link.replace(/\/$/, '');
    // Templates invite with a link that has the id of the group.
    return this.list().find((group) => inviteLinkOf(group) === asked || `${INVITE}${group.id}` === asked);
  }

  add(
    number: { phone_number_id: string; display_phone_number: string },
    wanted: Pick<Group, 'subject' | 'description' | 'join_approval_mode'>,
  ): Group {
    const key = `capi_group:${number.display_phone_number.replaceAll(/\D/g, '')}:${newDigits(18)}`;
    const group: Group = {
      ...wanted,
      id: `${Buffer.from(key).toString('base64').replaceAll('=', '')}Z`,
      phone_number_id: number.phone_number_id,
      created_at: this.#deps.clock.now(),
      invite_code: newInviteCode(),
      is_suspended: false,
      participants: [],
      removed: [],
      requests: [],
      last_inbound_at: null,
      picture_media_id: null,
      pins: [],
    };
    this.#byId.set(group.id, group);
    this.#deps.state.record('group', group);
    return group;
  }

  change(group: Group, change: Partial<Group>): void {
    const before = group.participants;
    Object.assign(group, change);
    this.#deps.state.record('group', group);
    this.#show([...before, ...group.participants]);
  }

  remove({ id, participants }: Group): void {
    this.#byId.delete(id);
    this.#deps.state.record('group_gone', { id });
    this.#show(participants);
  }

  // The lists of chats of those who are, or were, in the group look different now.
  #show(participants: readonly string[]): void {
    for (const personId of new Set(participants)) this.#deps.changes.emit('chats', { person_id: personId });
  }

  /** The old link leads nowhere from now on. */
  resetInvite(group: Group): void {
    this.change(group, { invite_code: newInviteCode() });
  }

  /** Somebody asks to be let in. */
  ask(group: Group, personId: string): JoinRequest {
    const request = { id: newDigits(16), person_id: personId, at: this.#deps.clock.now() };
    this.change(group, { requests: [...group.requests, request] });
    return request;
  }

  /** Somebody is in; what they asked is answered. */
  join(group: Group, personId: string): void {
    this.change(group, {
      participants: [...group.participants.filter((id) => id !== personId), personId],
      requests: group.requests.filter((request) => request.person_id !== personId),
      joined_at: { ...group.joined_at, [personId]: this.#deps.clock.now() },
    });
  }

  /** Somebody is out. Whom the business took out stays out. */
  leave(group: Group, personId: string, isRemoved: boolean): void {
    this.change(group, {
      participants: group.participants.filter((id) => id !== personId),
      ...(isRemoved ? { removed: [...group.removed, personId] } : {}),
    });
  }

  /** A participant has seen what the others wrote until now. */
  look(group: Group, personId: string): void {
    this.change(group, { read_at: { ...group.read_at, [personId]: this.#deps.clock.now() } });
  }

  dropRequest(group: Group, requestId: string): void {
    this.change(group, { requests: group.requests.filter(({ id }) => id !== requestId) });
  }

  /** Puts a message on top of the group, or takes it from there when `until` is null. */
  pin(group: Group, messageId: string, until: number | null): void {
    const others = group.pins.filter((pin) => pin.message_id !== messageId);
    this.change(group, { pins: until === null ? others : [...others, { message_id: messageId, until }] });
  }
}

export function inviteLinkOf(group: Group): string {
  return `${INVITE}${group.invite_code}`;
}

function newInviteCode(): string {
  return newSecret(11);
}
