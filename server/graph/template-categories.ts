import { LRUCache } from 'lru-cache';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { Fault } from '#platform/fault.ts';
import { listTemplates, type PassedDeps } from './passed-calls.ts';
import { GraphRefusal } from './graph-error.ts';

const keptMs = 10 * 60_000;
/** What the provider could not tell is asked for again soon. */
const unknownMs = 30_000;
const none = '';

/** The categories of templates, as the provider tells them at their first use and again after ten minutes. */
export class TemplateCategories {
  readonly #deps: Omit<PassedDeps, 'origin'>;
  readonly #known = new LRUCache<string, string>({ max: 10_000 });
  readonly #asked = new Map<string, Promise<string>>();

  constructor(deps: Omit<PassedDeps, 'origin'>) {
    this.#deps = deps;
  }

  /** Undefined when there is no such template, or the provider does not answer: sending does not wait for that. */
  async find(sender: SenderAccount, name: string, language: string): Promise<string | undefined> {
    const key = JSON.stringify([sender.connectionId, name, language]);
    const known = this.#known.get(key);
    if (known !== undefined) return known === none ? undefined : known;
    // Messages that come while it is asked for wait for the same answer.
    let asked = this.#asked.get(key);
    if (!asked) {
      asked = this.#ask(sender, name, language).finally(() => this.#asked.delete(key));
      this.#asked.set(key, asked);
    }
    const category = await asked;
    this.#known.set(key, category, { ttl: category === none ? unknownMs : keptMs });
    return category === none ? undefined : category;
  }

  async #ask(sender: SenderAccount, name: string, language: string): Promise<string> {
    const { businessAccountId } = sender.settings;
    const query = { name, fields: 'name,language,category', limit: '100' };
    try {
      const { body } = await listTemplates({ ...this.#deps, origin: '' }, [sender], businessAccountId, query);
      const { data } = body as { data?: unknown };
      const found = (Array.isArray(data) ? (data as Record<string, unknown>[]) : []).find(
        (template) => template['name'] === name && template['language'] === language,
      );
      return typeof found?.['category'] === 'string' ? found['category'] : none;
    } catch (error) {
      if (error instanceof Fault || error instanceof GraphRefusal) return none;
      throw error;
    }
  }
}
