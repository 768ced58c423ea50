/** The files that ssh-keygen makes of a state about certificates, and the shell that puts them onto a host. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../lab/command.ts';
import { CAS, type Ca, type CertificateState, type Credential, KEYS } from './certificates.ts';
import { script } from './states.ts';

async function keygen(...words: string[]): Promise<void> {
  const ran = await run(['ssh-keygen', '-q', ...words]);
  if (ran.code !== 0) throw new Error(`ssh-keygen ${words.join(' ')}: ${ran.stderr}`);
}

/** Makes the keys and the CAs that all states share, once. */
export async function makeKeys(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const all: [string, string][] = [...Object.entries(KEYS), ...Object.entries(CAS), ['otherKey', 'ed25519']];
  for (const [name, type] of all) {
    rmSync(join(folder, name), { force: true });
    await keygen('-t', ...type.split(' '), '-N', '', '-C', name, '-f', join(folder, name));
  }
}

/** What one state needs: the private key's path on the client, and shell that puts the files onto the server. */
export interface Prepared {
  readonly key: string;
  readonly script: string;
}

/** Signs, lists and revokes as the state says. `name` keeps states of several hosts apart. */
async function prepare(folder: string, name: string, one: Credential): Promise<Prepared> {
  const line = (word: string): string => readFileSync(join(folder, `${word}.pub`), 'utf8').trim();
  const mine = join(folder, name);
  for (const end of ['', '.pub', '-cert.pub', '.krl', '.spec']) rmSync(`${mine}${end}`, { force: true });
  for (const end of ['', '.pub'])
    writeFileSync(`${mine}${end}`, readFileSync(join(folder, `${one.key}${end}`)), { mode: 0o600 });
  const { certificate: wanted } = one;
  if (wanted) {
    const words = wanted.options.flatMap((option) => option.replaceAll("'", '').split(' '));
    const type = wanted.ca === 'rsaCa' ? words : words.filter((word, i) => word !== '-t' && words[i - 1] !== '-t');
    await keygen('-s', join(folder, wanted.ca), '-I', 'laptop', ...(wanted.host ? ['-h'] : []), ...type, `${mine}.pub`);
  }
  const filled = (text: string): string =>
    text
      .replace(/\bKEY\b/, line(one.key))
      .replace(/\bCERT\b/, wanted ? readFileSync(`${mine}-cert.pub`, 'utf8').trim() : line(one.key))
      .replace(/\b(?:ca|rsaCa|ecdsaCa|otherCa|otherKey)\b/, (word) => line(word));
  const put = (path: string, bytes: Buffer | string): string =>
    `mkdir -p ${path.replace(/\/[^/]*$/, '')}; base64 -d > ${path} <<'END'\n${Buffer.from(bytes).toString('base64')}\nEND`;
  const text = (list: readonly string[]): string =>
    list.map((each) => `${filled(each.replaceAll('\\t', '\t').replaceAll('\\r', '\r'))}\n`).join('');
  const parts = [
    'rm -rf /etc/ssh/principals /etc/ssh/%p /etc/ssh/cas /etc/ssh/list; printf "#!/bin/sh\\n" > /var/tmp/unsafe; chmod 777 /var/tmp/unsafe',
    put('/tmp/keys', text(one.lines)),
  ];
  const [form] = one.trusted ?? [];
  if (form === 'folder') parts.push('mkdir /etc/ssh/cas');
  else if (form === 'link')
    parts.push(put('/etc/ssh/cas.real', text(one.trusted?.slice(1) ?? [])), 'ln -s cas.real /etc/ssh/cas');
  else if (one.trusted && form !== 'missing') parts.push(put('/etc/ssh/cas', text(one.trusted)));
  const list = one.revoked && (await revocation(folder, mine, one.revoked, filled, wanted?.ca));
  if (one.revoked?.lines[0] === 'folder') parts.push('mkdir /etc/ssh/list');
  else if (one.revoked?.lines[0] === 'link') parts.push(put('/etc/ssh/list.real', ''), 'ln -s list.real /etc/ssh/list');
  else if (list !== undefined) parts.push(put('/etc/ssh/list', list));
  return { key: mine, script: parts.join('\n') };
}

async function revocation(
  folder: string,
  mine: string,
  { form, lines: said }: NonNullable<Credential['revoked']>,
  filled: (text: string) => string,
  ca: Ca | undefined,
): Promise<Buffer | string | undefined> {
  if (form === 'text') return said.map((each) => `${filled(each)}\n`).join('');
  if (form === 'broken') return said.length === 0 ? undefined : Buffer.from('SSHKRL\n\0\0\0\0\x01\0\0', 'latin1');
  // What names certificates needs a CA; without one in the question it stands for every CA.
  const hash = (await run(['ssh-keygen', '-lf', `${mine}.pub`])).stdout.split(' ')[1] ?? '';
  const spec = said.map((each) => `${filled(each).replace('KEYHASH', hash)}\n`).join('');
  writeFileSync(`${mine}.spec`, spec);
  const scope = form === 'krl-by-ca' ? ['-s', join(folder, `${ca ?? 'ca'}.pub`)] : ['-s', 'none'];
  await keygen('-k', '-f', `${mine}.krl`, ...scope, `${mine}.spec`);
  return readFileSync(`${mine}.krl`);
}

/** Lines of sshd_config of a state. */
function configOf({ trusted: cas, principals: names, revoked: list, config: more }: Credential): string[] {
  return [
    ...(cas ? ['TrustedUserCAKeys /etc/ssh/cas'] : []),
    ...(names ? [`AuthorizedPrincipalsFile ${names.path}`] : []),
    ...(list ? ['RevokedKeys /etc/ssh/list'] : []),
    ...more.flatMap((lines) => lines.split('\n')),
  ];
}

/** Shell, run when the account stands, that writes its keys (`$f`) and its principals. */
function accountScript({ principals: names }: Credential): string {
  const file =
    names?.path.replace('%h', '$h').replace('%u', '$u').replace('%U', '$(id -u $u)').replace('%%', '%') ?? '';
  const path = file.startsWith('/') || file.startsWith('$h') ? file : `$h/${file}`;
  if (!names?.lines) return '';
  const listed = names.lines.map((line) => `'${line}\\n'`).join('');
  return `p=${path}; mkdir -p "\${p%/*}"; printf ${listed === '' ? "''" : listed} > "$p"; chmod 644 "$p"; ${names.modes || ':'}`;
}

/** Shell that brings a host into a state, and the private key to come with. */
export async function certificateScript(folder: string, name: string, asked: CertificateState): Promise<Prepared> {
  const { base, credential: offered } = asked;
  const { key, script: before } = await prepare(folder, name, offered);
  const whole = script({ ...base, config: [...configOf(offered), ...base.config] });
  return { key, script: `${before}\n${whole}\n[ ! -e "$f" ] || cat /tmp/keys > "$f"\n${accountScript(offered)}` };
}
