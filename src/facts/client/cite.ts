import type { Evidence } from '../../model/finding.ts';
import type { Said } from './attempt-model.ts';
import type { Identity } from './identities.ts';

/** A line of ssh's own log, as evidence. */
export function cite(...said: readonly (Said | undefined)[]): Evidence[] {
  return said.flatMap((one) => (one ? [{ side: 'client', section: 'attempt', line: one.line, text: one.text }] : []));
}

/** What is known of a key file, as evidence. */
export function citeFile(file: Identity | undefined, what: string): Evidence[] {
  return file ? [{ side: 'client', section: 'identities', line: file.line, text: `${file.path}: ${what}` }] : [];
}

/** What follows when ssh has no key to show: no finding of its own beside the reason why. */
export const WITHOUT_KEY = [
  'auth/key-not-authorized',
  'auth/authorized-keys-missing',
  'auth/authorized-keys-modes',
  'client/no-key-offered',
] as const;
