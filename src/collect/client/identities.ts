import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { certificateIn } from '../../facts/access/certificate.ts';
import { run } from './run.ts';
import { expandPath, type SshOptions } from './ssh-config.ts';

export interface IdentityFile {
  readonly path: string;
  readonly exists: boolean;
  readonly error?: string;
  /** Octal, e.g. `0600`. */
  readonly mode?: string;
  readonly uid?: number;
  readonly kind?: 'openssh' | 'pem' | 'ppk' | 'public' | 'other';
  /** null where the header does not tell. */
  readonly encrypted?: boolean | null;
  readonly crlf?: true;
  readonly fingerprint?: string;
  /** The private file's own key when the `.pub` beside it is another one. */
  readonly ownFingerprint?: string;
}

export interface AgentRecord {
  readonly socket: string | null;
  readonly ok: boolean;
  readonly error?: string;
  readonly keys: readonly { readonly fingerprint: string; readonly type: string; readonly comment: string }[];
}

export interface CertificateRecord {
  readonly path: string;
  readonly role: 'user' | 'host';
  /** Of the key that is certified. */
  readonly fingerprint: string;
  /** In base64. */
  readonly blob: string;
}

export interface IdentitiesRecord {
  readonly uid: number | null;
  readonly files: readonly IdentityFile[];
  readonly certificates: readonly CertificateRecord[];
  readonly agent: AgentRecord;
}

const HEAD = 4096;
/** Certificates with many principals are long; ssh takes none that is longer than a packet. */
const CERTIFICATE = 256 * 1024;
const FILES_MAX = 32;
const AGENT_MS = 2000;

function head(path: string, most = HEAD): { text: string; mode: number; uid: number } {
  const file = openSync(path, 'r');
  try {
    const { mode, uid } = fstatSync(file);
    const buffer = Buffer.alloc(most);
    return { text: buffer.toString('latin1', 0, readSync(file, buffer, 0, most, 0)), mode, uid };
  } finally {
    closeSync(file);
  }
}

function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256')
    .update(blob)
    .digest('base64')
    .replace(/={1,2}$/, '')}`;
}

/** `type base64 comment` of a public key line. */
export function publicFingerprint(text: string): string | undefined {
  const blob = /^(?:ssh|ecdsa|sk)-[\w@.-]+ ([A-Za-z0-9+/]+={0,2})/.exec(text.trimStart())?.[1];
  return blob === undefined ? undefined : fingerprint(Buffer.from(blob, 'base64'));
}

/** The clear header of an OpenSSH private key (PROTOCOL.key): cipher name and public key; nothing behind it is read. */
export function opensshHeader(text: string): { encrypted: boolean; fingerprint?: string } | undefined {
  const body = text.replace(/^[\s\S]*?-----BEGIN OPENSSH PRIVATE KEY-----/, '').replace(/-----END[\s\S]*$/, '');
  const bytes = Buffer.from(body.replace(/[^A-Za-z0-9+/=]/g, ''), 'base64');
  if (bytes.toString('latin1', 0, 15) !== 'openssh-key-v1\0') return undefined;
  let at = 15;
  const word = (): Buffer | undefined => {
    if (at + 4 > bytes.length) return undefined;
    const size = bytes.readUInt32BE(at);
    if (at + 4 + size > bytes.length) return undefined;
    at += 4 + size;
    return bytes.subarray(at - size, at);
  };
  const [cipher] = [word(), word(), word()];
  if (cipher === undefined) return undefined;
  at += 4;
  const key = word();
  return {
    encrypted: cipher.toString('latin1') !== 'none',
    ...(key === undefined ? {} : { fingerprint: fingerprint(key) }),
  };
}

function describe(text: string): Pick<IdentityFile, 'kind' | 'encrypted' | 'fingerprint'> {
  if (text.includes('-----BEGIN OPENSSH PRIVATE KEY-----')) {
    const found = opensshHeader(text);
    return { kind: 'openssh', encrypted: null, ...found };
  }
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----/.test(text)) return { kind: 'pem', encrypted: true };
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    return { kind: 'pem', encrypted: /^Proc-Type: 4,ENCRYPTED/m.test(text) };
  if (text.startsWith('PuTTY-User-Key-File-')) return { kind: 'ppk', encrypted: !/^Encryption: none/m.test(text) };
  const own = publicFingerprint(text);
  return own === undefined
    ? { kind: 'other', encrypted: null }
    : { kind: 'public', encrypted: false, fingerprint: own };
}

/** Looks at a private key file as far as its header goes. */
export function readIdentity(path: string): IdentityFile {
  let found: ReturnType<typeof head>;
  try {
    found = head(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    return { path, exists: code !== 'ENOENT' && code !== 'ENOTDIR', ...(code === 'ENOENT' ? {} : { error: code }) };
  }
  const own = describe(found.text);
  let beside: string | undefined;
  try {
    beside = publicFingerprint(head(`${path}.pub`).text);
  } catch {
    // Many keys have no .pub beside them.
  }
  const offered = beside ?? own.fingerprint;
  const differs = beside !== undefined && own.fingerprint !== undefined && beside !== own.fingerprint;
  return {
    path,
    exists: true,
    mode: `0${(found.mode & 0o7777).toString(8).padStart(3, '0')}`,
    uid: found.uid,
    kind: own.kind ?? 'other',
    encrypted: own.encrypted ?? null,
    ...(found.text.includes('\r\n') ? { crlf: true } : {}),
    ...(offered === undefined ? {} : { fingerprint: offered }),
    ...(differs && own.fingerprint !== undefined ? { ownFingerprint: own.fingerprint } : {}),
  };
}

/** IdentityAgent (ssh_config(5)): a path, `none`, `SSH_AUTH_SOCK`, or `$NAME`. */
function agentSocket(options: SshOptions): string | undefined {
  const asked = options['identityagent']?.[0];
  if (asked === 'none') return undefined;
  if (asked === undefined || asked === 'SSH_AUTH_SOCK') return process.env['SSH_AUTH_SOCK'] || undefined;
  if (/^\$\w+$/.test(asked)) return process.env[asked.slice(1)] || undefined;
  return expandPath(asked, options);
}

async function readAgent(options: SshOptions, signal?: AbortSignal): Promise<AgentRecord> {
  const socket = agentSocket(options);
  if (socket === undefined) return { socket: null, ok: false, keys: [] };
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  const ran = await run(['ssh-add', '-l'], { timeoutMs: AGENT_MS, signal, env });
  // ssh-add(1): 0 keys listed, 1 the agent has none, 2 it could not be asked.
  const ok = ran.rc === 0 || ran.rc === 1;
  const error = ran.timedOut ? 'timeout' : (ran.error ?? ran.stderr.trim().slice(0, 200));
  return { socket, ok, ...(ok ? {} : { error }), keys: ran.rc === 0 ? parseAgent(ran.stdout) : [] };
}

/** Lines of `ssh-add -l`: `256 SHA256:… comment (ED25519)`. */
export function parseAgent(text: string): AgentRecord['keys'] {
  return text.split('\n').flatMap((line) => {
    const [, fingerprint, rest] = /^\d+ ([^\s:]+:\S+) (.*)$/s.exec(line) ?? [];
    const open = rest?.lastIndexOf('(') ?? -1;
    if (fingerprint === undefined || rest === undefined || open < 0) return [];
    return [{ fingerprint, type: rest.slice(open + 1).replace(/\)\s*$/, ''), comment: rest.slice(0, open).trim() }];
  });
}

/** A certificate in a file; ssh passes over those of hosts, which is worth telling. */
export function readCertificateFile(path: string): CertificateRecord | undefined {
  let text: string;
  try {
    text = head(path, CERTIFICATE).text.trim();
  } catch {
    // Most keys have none.
    return undefined;
  }
  const found = certificateIn(text);
  if (!found) return undefined;
  return { path, role: found.role, fingerprint: found.key.fingerprint, blob: text.split(/[ \t]+/, 2)[1] ?? '' };
}

/** Where ssh looks for certificates: beside the keys only when CertificateFile names none (ssh.c, load_public_identity_files()). */
function certificateFiles(options: SshOptions, keys: readonly string[]): readonly string[] {
  const named = (options['certificatefile'] ?? []).slice(0, FILES_MAX).map((path) => expandPath(path, options));
  return named.length > 0 ? named : keys.map((path) => `${path}-cert.pub`);
}

export async function readIdentities(options: SshOptions, signal?: AbortSignal): Promise<IdentitiesRecord> {
  const paths = (options['identityfile'] ?? []).slice(0, FILES_MAX).filter((path) => path !== 'none');
  const places = paths.map((path) => expandPath(path, options));
  const files = places.map(readIdentity);
  const certificates = certificateFiles(options, places).flatMap((path) => readCertificateFile(path) ?? []);
  return { uid: process.getuid?.() ?? null, files, certificates, agent: await readAgent(options, signal) };
}
