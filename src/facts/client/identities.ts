import { section } from '../source.ts';
import { firstLineOf, maybe, member, num, object, objects, str } from './json.ts';

export interface Identity {
  readonly path: string;
  readonly exists: boolean;
  readonly error?: string;
  /** Octal, e.g. `0600`. */
  readonly mode?: string;
  readonly uid?: number;
  /** `openssh`, `pem`, `ppk`, `public`, `other`. */
  readonly kind?: string;
  /** undefined where the header does not tell. */
  readonly encrypted?: boolean;
  readonly crlf: boolean;
  readonly fingerprint?: string;
  readonly ownFingerprint?: string;
  readonly line?: number;
}

export interface IdentityCertificate {
  readonly path: string;
  /** ssh offers those of users only. */
  readonly role: 'user' | 'host';
  /** Of the key that is certified. */
  readonly fingerprint: string;
  /** In base64. */
  readonly blob: string;
}

export interface Identities {
  readonly uid?: number;
  readonly files: readonly Identity[];
  /** Certificates where ssh looks for them: beside the keys, or named by CertificateFile. */
  readonly certificates: readonly IdentityCertificate[];
  readonly agent: {
    readonly socket?: string;
    readonly ok: boolean;
    readonly error?: string;
    readonly keys: readonly { readonly fingerprint: string; readonly type: string; readonly comment: string }[];
  };
}

export const identities = section<Identities>(
  'client',
  'identities',
  'the key files that ssh would try, as far as their headers tell, their certificates, and the keys of the agent (ssh-add -l)',
  (text) => {
    const from = object(text);
    const start = firstLineOf(text ?? '', 'files');
    const agent = member(from, 'agent');
    return {
      ...maybe('uid', num(from, 'uid')),
      files: objects(from, 'files').map((each, index) => ({
        path: str(each, 'path') ?? '',
        exists: each['exists'] === true,
        ...maybe('error', str(each, 'error')),
        ...maybe('mode', str(each, 'mode')),
        ...maybe('uid', num(each, 'uid')),
        ...maybe('kind', str(each, 'kind')),
        ...maybe('encrypted', typeof each['encrypted'] === 'boolean' ? each['encrypted'] : undefined),
        crlf: each['crlf'] === true,
        ...maybe('fingerprint', str(each, 'fingerprint')),
        ...maybe('ownFingerprint', str(each, 'ownFingerprint')),
        ...maybe('line', start === undefined ? undefined : start + index),
      })),
      certificates: objects(from, 'certificates').map((each) => ({
        path: str(each, 'path') ?? '',
        role: str(each, 'role') === 'host' ? 'host' : 'user',
        fingerprint: str(each, 'fingerprint') ?? '',
        blob: str(each, 'blob') ?? '',
      })),
      agent: {
        ...maybe('socket', str(agent, 'socket')),
        ok: agent['ok'] === true,
        ...maybe('error', str(agent, 'error')),
        keys: objects(agent, 'keys').map((key) => ({
          fingerprint: str(key, 'fingerprint') ?? '',
          type: str(key, 'type') ?? '',
          comment: str(key, 'comment') ?? '',
        })),
      },
    };
  },
);
