import { timingSafeEqual } from 'node:crypto';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';
import { unknownInstance, unpaid, wrongToken } from './ultramsg-error.ts';

/** The instance of a call that may use it: the id first, then the token, then what was paid. */
export function openInstance(id: string, parameters: Readonly<Record<string, string>>, instances: Instances): Instance {
  const instance = instances.find(id);
  if (!instance) throw unknownInstance();
  if (!isSame(parameters['token'] ?? '', instance.token)) throw wrongToken();
  if (!instance.is_paid) throw unpaid();
  if (!instance.is_used) instances.change(instance, { is_used: true });
  return instance;
}

function isSame(one: string, other: string): boolean {
  const [bytes, others] = [Buffer.from(one), Buffer.from(other)];
  return bytes.length === others.length && timingSafeEqual(bytes, others);
}

/** The parameters that the ledger keeps. */
export function withoutToken(parameters: Readonly<Record<string, string>>): Record<string, string> {
  const { token: _, ...others } = parameters;
  return others;
}
