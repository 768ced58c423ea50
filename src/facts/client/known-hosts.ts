import { section } from '../source.ts';
import { isObject, maybe, num, object, objects, str, strings } from './json.ts';

export interface KnownHost {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** `CA` or `REVOKED`. */
  readonly marker?: string;
  readonly type: string;
  readonly fingerprint: string;
}

export interface KnownHosts {
  readonly names: readonly string[];
  readonly files: readonly string[];
  readonly found: readonly KnownHost[];
  /** Names of other hosts that the key that was shown is filed under. */
  readonly elsewhere: readonly { readonly file: string; readonly names: string }[];
  /** Keys of the server that ssh-keyscan(1) was shown, where it was asked. */
  readonly scanned: readonly { readonly type: string; readonly fingerprint: string }[];
}

export const knownHosts = section<KnownHosts>(
  'client',
  'known-hosts',
  'keys that the known_hosts files hold for the host and its addresses (ssh-keygen -F)',
  (text) => {
    const from = object(text);
    return {
      names: strings(from, 'names'),
      files: objects(from, 'files').flatMap((each) =>
        isObject(each) && each['exists'] === true ? (str(each, 'path') ?? []) : [],
      ),
      elsewhere: objects(from, 'elsewhere').map((each) => ({
        file: str(each, 'file') ?? '',
        names: str(each, 'names') ?? '',
      })),
      scanned: objects(from, 'scanned').map((each) => ({
        type: str(each, 'type') ?? '',
        fingerprint: str(each, 'fingerprint') ?? '',
      })),
      found: objects(from, 'found').map((each) => ({
        name: str(each, 'name') ?? '',
        file: str(each, 'file') ?? '',
        line: num(each, 'line') ?? 0,
        ...maybe('marker', str(each, 'marker')),
        type: str(each, 'type') ?? '',
        fingerprint: str(each, 'fingerprint') ?? '',
      })),
    };
  },
);
