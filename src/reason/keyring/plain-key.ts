import { plainType } from '../../facts/access/certificate.ts';
import { fromBase64, readPublicKey } from '../../facts/access/public-key.ts';
import { sectionName } from '../../facts/bundle.ts';
import { hostKeyring } from '../../facts/keyring/index.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { Change } from '../../model/change.ts';
import type { HostKeyring } from '../../model/keys.ts';

/** A public key as a `.pub` file has it; `fingerprint` of it. */
export interface PlainKey {
  readonly type: string;
  readonly blob: string;
  readonly comment: string;
  readonly fingerprint: string;
  /** As `ssh-keygen -l` says it. */
  readonly size: number;
}

/** What is to be done on a host: nothing, because it is done; or why it is not for a machine. */
export type KeyPlan =
  | { readonly is: 'changes'; readonly changes: readonly Change[]; readonly says: readonly string[] }
  | { readonly is: 'done'; readonly says: readonly string[] }
  | { readonly is: 'refused'; readonly why: string };

/** The key in a line of a `.pub` file; `undefined` when there is none, or a certificate. */
export function plainKey(text: string): PlainKey | undefined {
  const [type = '', blob = '', ...comment] = text.trim().split(/[ \t]+/);
  if (plainType(type) !== undefined) return undefined;
  const bytes = fromBase64(blob);
  const key = bytes && readPublicKey(bytes);
  if (!key || key.type !== type) return undefined;
  // Goes into a line of a file of root: one word each, no control characters.
  const words = comment.join(' ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
  return { type, blob, comment: words, fingerprint: key.fingerprint, size: key.size };
}

/** The line of authorized_keys without its end; `undefined` when the file was not read. */
export function lineAt(bundle: Bundle, file: string, line: number): string | undefined {
  const found = bundle.sections[sectionName(file)];
  // A carriage return reaches us as `\\r` in two characters.
  return found?.status === 'ok' ? found.text.split('\n')[line - 1]?.replace(/\\r$/, '') : undefined;
}

/** Nothing where what sshd reads was not seen. */
export const keyringOf = (bundle: Bundle): HostKeyring | undefined => {
  const made = hostKeyring(bundle, '');
  return 'missing' in made ? undefined : made;
};
