import { randomBytes } from 'node:crypto';

/** Two letters that tell the kind, and 32 hexadecimal digits. */
export function newSid(prefix: 'AC' | 'HX' | 'MG' | 'ME' | 'MM' | 'PN' | 'RQ' | 'SK' | 'SM' | 'XE'): string {
  return prefix + randomBytes(16).toString('hex');
}
