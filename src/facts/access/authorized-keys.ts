import { createHash } from 'node:crypto';

/** A line of authorized_keys that holds a key. */
export interface AuthorizedKey {
  readonly line: number;
  readonly type: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
  /** Size of an RSA key. */
  readonly bits?: number;
  /** Names in lower case; `from`, `expiry-time`, `command`, `cert-authority`, … with their values, unquoted. */
  readonly options: ReadonlyMap<string, string>;
  readonly comment: string;
}

/** A line that sshd passes over, and why. */
export interface SkippedLine {
  readonly line: number;
  readonly why: string;
}

const KEY_TYPE =
  /^(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)(-cert-v\d\d@openssh\.com)?$/;

/** Length of the option list at the start of a line: up to the first white space outside of quotes. */
function optionsEnd(text: string): number {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && text[i + 1] === '"') i++;
    else if (text[i] === '"') quoted = !quoted;
    else if (!quoted && (text[i] === ' ' || text[i] === '\t')) return i;
  }
  return text.length;
}

const FLAG =
  /^(?:(?:no-)?(?:port-forwarding|agent-forwarding|x11-forwarding|pty|user-rc|touch-required|verify-required)|restrict|cert-authority)(?=,|$)/i;
const VALUED =
  /^(command|principals|from|expiry-time|environment|permitopen|permitlisten|tunnel)="((?:[^"\\]|\\.)*)"(?=,|$)/i;

/** sshauthopt_parse() of auth-options.c: one option that it does not know makes it pass over the whole line. */
function parseOptions(text: string): ReadonlyMap<string, string> | undefined {
  const options = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    const valued = VALUED.exec(rest);
    const [taken] = valued ?? FLAG.exec(rest) ?? [];
    if (taken === undefined) return undefined;
    const name = (valued?.[1] ?? taken).toLowerCase();
    options.set(name, (valued?.[2] ?? '').replaceAll('\\"', '"'));
    rest = rest.slice(taken.length).replace(/^,/, '');
  }
  return options;
}

function readBlob(type: string, base64: string): Pick<AuthorizedKey, 'fingerprint' | 'bits'> | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const blob = Buffer.from(base64, 'base64');
  const length = blob.length > 4 ? blob.readUInt32BE(0) : 0;
  if (blob.subarray(4, 4 + length).toString('latin1') !== type) return undefined;
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
  return { fingerprint, ...(type === 'ssh-rsa' ? { bits: rsaBits(blob) } : {}) };
}

/** Size of the modulus, the third field of an RSA key (RFC 4253, 6.6); 0 when it is cut off. */
function rsaBits(blob: Buffer): number {
  let at = 0;
  for (let field = 0; field < 2; field++) at += 4 + (at + 4 <= blob.length ? blob.readUInt32BE(at) : blob.length);
  if (at + 4 > blob.length) return 0;
  const modulus = blob.subarray(at + 4, at + 4 + blob.readUInt32BE(at));
  const first = modulus.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (modulus.length - first) * 8 - Math.clz32((modulus[first] ?? 0) << 24);
}

function whyNoKey(text: string): string {
  if (text.includes('[private key removed]') || /PRIVATE KEY/.test(text)) return 'a private key was pasted here';
  if (/[\u2018\u2019\u201c\u201d]/.test(text)) return 'typographic quotes';
  if (/^[A-Za-z0-9+/]{20,}={0,2}(\s|$)/.test(text))
    return 'the key type is missing, or the key was wrapped onto several lines';
  if (/^ssh-|^ecdsa-/.test(text)) return 'the key is not complete';
  if (/ (ssh-|ecdsa-|sk-)\S+ AAAA/.test(text)) return 'an option that sshd does not know, or without its double quotes';
  return 'there is no key in this line';
}

/** Reads the lines of an authorized_keys file (sshd(8), AUTHORIZED_KEYS FILE FORMAT; auth2-pubkeyfile.c). */
export function parseAuthorizedKeys(lines: readonly string[]): { keys: AuthorizedKey[]; skipped: SkippedLine[] } {
  const keys: AuthorizedKey[] = [];
  const skipped: SkippedLine[] = [];
  for (const [i, raw] of lines.entries()) {
    const text = raw.replace(/^[ \t]+/, '').replace(/\\r$/, '');
    if (text === '' || text.startsWith('#')) continue;
    const parsed = parseKeyLine(text);
    if (parsed) keys.push({ line: i + 1, ...parsed });
    else skipped.push({ line: i + 1, why: whyNoKey(text) });
  }
  return { keys, skipped };
}

function parseKeyLine(text: string): Omit<AuthorizedKey, 'line'> | undefined {
  const first = text.split(/[ \t]/, 1)[0] ?? '';
  const end = KEY_TYPE.test(first) ? 0 : optionsEnd(text);
  const [type = '', base64 = '', ...comment] = text
    .slice(end)
    .trim()
    .split(/[ \t]+/);
  const blob = KEY_TYPE.test(type) ? readBlob(type, base64) : undefined;
  const options = parseOptions(text.slice(0, end));
  if (!blob || !options) return undefined;
  return { type, ...blob, options, comment: comment.join(' ') };
}

/** Fingerprint of the one public key in a `.pub` file; `undefined` when there is none. */
export function keyFingerprint(text: string): string | undefined {
  return parseAuthorizedKeys(text.split('\n')).keys[0]?.fingerprint;
}
