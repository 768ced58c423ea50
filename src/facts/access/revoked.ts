import type { Family } from '../source.ts';
import { type AuthorizedKey, parseAuthorizedKeys } from './authorized-keys.ts';

/** Keys in a RevokedKeys file of text (auth.c, auth_key_is_revoked()); `undefined` for a KRL and for what was not read. */
export function revokedIn(files: Family, path: string): readonly AuthorizedKey[] | undefined {
  const found = path === 'none' ? undefined : files.get(path);
  return found?.status === 'ok' && found.detail !== 'truncated'
    ? parseAuthorizedKeys(found.text.split('\n')).keys
    : undefined;
}
