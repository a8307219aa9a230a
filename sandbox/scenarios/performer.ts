import { Agent } from 'undici';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { Person } from '#people/people.ts';
import { type World, putSettingsBack } from '#world.ts';
import type { PlannedPerson } from './people-plan.ts';
import type { Deed } from './plan.ts';

/** A call of the sandbox's own control API, with its checks. */
export type ControlCall = (
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body: Json,
) => Promise<{ status: number; answer: unknown }>;

/** Where the business of a scenario sends: the sandbox itself, or any server that speaks the Cloud API. */
export interface BusinessTarget {
  base_url: string;
  access_token: string;
  phone_number_id: string;
}

/** What the sandbox was told to do and refused; the message says why. */
export class RefusedDeed extends Error {
  override readonly name = 'RefusedDeed';
}

export interface Performed {
  /** Of a person's message. */
  messageId?: string;
  /** How a payment ended. */
  paid?: string;
  /** Of a message of the business: whether it was taken, else the error's code or the HTTP status. */
  outcome?: string;
}

interface Deps {
  world: World;
  control: ControlCall;
}

/** Does what a plan says, by the calls that anybody could make. */
export class Performer {
  readonly #deps: Deps;
  readonly #target: BusinessTarget;
  readonly #base: Partial<Settings>;
  readonly #people = new Map<string, Person>();
  readonly #faults = new Set<string>();
  // A business whose request gets no answer must not hold the scenario up for long.
  readonly #agent = new Agent({ connections: 8, connect: { timeout: 2000 }, headersTimeout: 5000, bodyTimeout: 5000 });

  /** `base`: the settings of the whole scenario. */
  constructor(deps: Deps, target: BusinessTarget, base: Partial<Settings>) {
    this.#deps = deps;
    this.#target = target;
    this.#base = base;
  }

  /** Makes the person, or makes a known one as good as new. */
  async meet({ key, waId, name, onlineAtMs }: PlannedPerson): Promise<Person> {
    const switches = {
      name,
      online: onlineAtMs === null,
      on_whatsapp: true,
      read_receipts: true,
      blocked: false,
      marketing_opted_out: false,
      auto_read: false,
    };
    const known = this.#deps.world.people.findByWaId(waId);
    if (known) await this.#control('PATCH', `/_sandbox/people/${known.id}`, switches);
    else await this.#control('POST', '/_sandbox/people', { phone: `+${waId}`, ...switches });
    const person = this.#deps.world.people.findByWaId(waId);
    if (!person) throw new Error(`+${waId} is not there`);
    this.#people.set(key, person);
    return person;
  }

  async perform(deed: Deed): Promise<Performed> {
    switch (deed.kind) {
      case 'write':
        return { messageId: await this.#write(this.#person(deed.person), deed.message) };
      case 'send':
        return { outcome: await this.#send(this.#person(deed.person), deed.message) };
      case 'read':
        await this.#control('POST', `/_sandbox/people/${this.#person(deed.person).id}/chats/${deed.number}/read`, {});
        return {};
      case 'pay':
        await this.#control('POST', `/_sandbox/people/${this.#person(deed.person).id}/payments`, {
          message_id: deed.message,
          status: deed.status,
        });
        return { paid: deed.status };
      case 'change':
        await this.#control('PATCH', `/_sandbox/people/${this.#person(deed.person).id}`, deed.switches);
        return {};
      case 'close_window':
        for (const chat of this.#deps.world.chats.chatsOf(this.#person(deed.person).id))
          this.#deps.world.chats.closeWindow(chat);
        return {};
      case 'fault':
        await this.#control('POST', '/_sandbox/faults', { rules: [deed.rule] });
        this.#faults.add(deed.id);
        return {};
      case 'heal':
        this.#heal(deed.id);
        return {};
      case 'settings':
        await this.changeSettings(deed.change);
        return {};
      case 'settings_back':
        this.#setBack(deed.keys, { ...this.#deps.world.settingsBefore, ...this.#base });
        return {};
      case 'number': {
        const number = this.#deps.world.credentials.phone_numbers[deed.place - 1];
        if (!number) throw new RefusedDeed(`The sandbox has no business number ${deed.place}`);
        await this.#control('PATCH', `/_sandbox/phone_numbers/${number.phone_number_id}`, deed.change);
        return {};
      }
      case 'account':
        await this.#control('PATCH', `/_sandbox/wabas/${this.#deps.world.credentials.waba_id}`, deed.change);
        return {};
      case 'call':
        await this.#control(deed.method, deed.path, deed.body);
        return {};
    }
  }

  async changeSettings(change: Partial<Settings>): Promise<void> {
    if (Object.keys(change).length === 0) return;
    const { world } = this.#deps;
    const before = Object.fromEntries(Object.keys(change).map((key) => [key, world.settings[key as keyof Settings]]));
    // What was noted first is what is to be put back. Written down, because the sandbox may be killed before that.
    world.settingsBefore = { ...before, ...world.settingsBefore };
    world.state.record('settings_before', world.settingsBefore);
    await this.#control('POST', '/_sandbox/settings', { ...change });
  }

  /** Takes the scenario's faults away and puts the settings back; people and chats stay. Also while the sandbox closes,
   *  and so not by calls. */
  async leave(): Promise<void> {
    for (const id of this.#faults) this.#heal(id);
    putSettingsBack(this.#deps.world);
    this.#deps.world.limits.reset();
    await this.#agent.destroy();
  }

  // Somebody may have removed it by hand.
  #heal(id: string): void {
    this.#faults.delete(id);
    this.#deps.world.faults.remove(id);
  }

  #setBack(keys: (keyof Settings)[], values: Partial<Settings>): void {
    if (keys.length === 0) return;
    const { settings, state, limits } = this.#deps.world;
    for (const key of keys) Object.assign(settings, { [key]: values[key] });
    state.record('settings', settings);
    limits.reset();
  }

  async #write(person: Person, message: Json): Promise<string> {
    const answer = await this.#control('POST', `/_sandbox/people/${person.id}/messages`, message);
    return (answer as { messages: { id: string }[] }).messages[0]?.id ?? '';
  }

  /** A refusal is a fact of the story and no failure of it. */
  async #send(person: Person, message: Json): Promise<string> {
    const { base_url: base, access_token: token, phone_number_id: number } = this.#target;
    const address = new URL(`${base.replace(/\/+$/, '')}/${number}/messages`);
    const to = person.phone === null ? { recipient: person.user_id } : { to: person.phone };
    try {
      const answer = await this.#agent.request({
        origin: address.origin,
        path: address.pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ messaging_product: 'whatsapp', recipient_type: 'individual', ...to, ...message }),
      });
      const text = await answer.body.text();
      if (answer.statusCode === 200) return 'accepted';
      const code = /"code":\s*(\d+)/.exec(text)?.[1];
      return code === undefined ? `HTTP ${answer.statusCode}` : `error ${code}`;
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    }
  }

  #person(key: string): Person {
    const person = this.#people.get(key);
    if (!person) throw new Error(`${key} is not there`);
    return person;
  }

  async #control(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: Json): Promise<unknown> {
    const { status, answer } = await this.#deps.control(method, path, body);
    if (status < 400) return answer;
    const { error } = answer as { error?: { message?: string; field?: string | null } };
    const field = error?.field ? ` (${error.field})` : '';
    throw new RefusedDeed(`${method} ${path} was refused with ${status}: ${error?.message ?? 'no reason'}${field}`);
  }
}
