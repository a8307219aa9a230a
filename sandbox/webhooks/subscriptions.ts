import type { Credentials } from '#cloud-api/credentials.ts';
import type { Settings } from '#control/settings.ts';
import type { StateJournal } from '#storage/state.ts';
import { WEBHOOK_FIELDS } from './fields.ts';

/** What one app listens to: its own callback, and those that an account or a number puts in its place. */
export interface Subscription {
  app_id: string;
  callback_url: string | null;
  verify_token: string | null;
  fields: string[];
  verified_at: string | null;
  /** Accounts whose subscription was changed; all others of the app are subscribed and have no callback of their own. */
  wabas: Record<string, { is_subscribed: boolean; override_url: string | null }>;
  /** Callbacks of numbers. */
  numbers: Record<string, string>;
}

/** Which of an app's callbacks an update goes to: `app`, `waba:<id>` or `number:<id>`. */
export type Route = string;

interface Deps {
  credentials: Credentials;
  settings: Settings;
  state: StateJournal;
}

/** A subscription as an earlier version of the sandbox kept it: of the one app and its one account. */
interface EarlierSubscription {
  app_id?: undefined;
  callback_url: string | null;
  verify_token: string | null;
  fields: string[];
  override_url: string | null;
  is_waba_subscribed: boolean;
  verified_at: string | null;
}

/** The subscriptions of all apps. */
export class Subscriptions {
  readonly #deps: Deps;
  readonly #byApp = new Map<string, Subscription>();

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.state.on<Subscription | EarlierSubscription>('subscription', (kept) => {
      const subscription = kept.app_id === undefined ? this.#fromEarlier(kept) : kept;
      this.#byApp.set(subscription.app_id, subscription);
    });
    deps.state.snapshot(() => [...this.#byApp.values()].map((each) => ['subscription', each] as const));
  }

  /** Of the first app unless another is named. An app that said nothing yet has asked for every field. */
  of(appId = this.#deps.credentials.app_id): Subscription {
    let subscription = this.#byApp.get(appId);
    if (!subscription) {
      subscription = {
        app_id: appId,
        callback_url: null,
        verify_token: null,
        fields: [...WEBHOOK_FIELDS],
        verified_at: null,
        wabas: {},
        numbers: {},
      };
      this.#byApp.set(appId, subscription);
    }
    return subscription;
  }

  change(appId: string, change: Partial<Omit<Subscription, 'app_id'>>): void {
    const subscription = Object.assign(this.of(appId), change);
    this.#deps.state.record('subscription', subscription);
  }

  changeWaba(appId: string, wabaId: string, change: { is_subscribed: boolean; override_url: string | null }): void {
    this.change(appId, { wabas: { ...this.of(appId).wabas, [wabaId]: change } });
  }

  /** With null the number has no callback of its own any more. */
  changeNumber(appId: string, phoneNumberId: string, url: string | null): void {
    const { [phoneNumberId]: _old, ...others } = this.of(appId).numbers;
    this.change(appId, { numbers: url === null ? others : { ...others, [phoneNumberId]: url } });
  }

  isSubscribed(appId: string, wabaId: string): boolean {
    return this.of(appId).wabas[wabaId]?.is_subscribed ?? true;
  }

  /** A number's callback comes before its account's, and that before the app's. */
  routeOf(appId: string, wabaId: string, phoneNumberId: string, field: string): Route {
    const { wabas, numbers } = this.of(appId);
    if (field !== 'messages' && this.#deps.settings.webhook_override_scope === 'messages') return 'app';
    if (numbers[phoneNumberId] !== undefined) return `number:${phoneNumberId}`;
    return wabas[wabaId]?.override_url ? `waba:${wabaId}` : 'app';
  }

  /** The address of a route now, which may have changed since an update was put on it. */
  addressOf(appId: string, route: Route): string | null {
    const { callback_url: callback, wabas, numbers } = this.of(appId);
    const [kind, id = ''] = route.split(':');
    const own = kind === 'number' ? numbers[id] : kind === 'waba' ? wabas[id]?.override_url : undefined;
    return own ?? callback;
  }

  #fromEarlier(kept: EarlierSubscription): Subscription {
    const { credentials } = this.#deps;
    const { override_url, is_waba_subscribed, ...same } = kept;
    return {
      ...same,
      app_id: credentials.app_id,
      wabas: { [credentials.waba_id]: { is_subscribed: is_waba_subscribed, override_url } },
      numbers: {},
    };
  }
}
