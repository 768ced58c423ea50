import type { AttemptLog, FileTrouble, OfferedKey, Proposal, Said } from './attempt-model.ts';

/** What has been read so far. */
export type Draft = { -readonly [K in keyof AttemptLog]?: AttemptLog[K] };

/** `/home/a/.ssh/id ED25519 SHA256:… explicit agent`; a path may hold blanks, so it is read from behind. */
function key(text: string): Omit<OfferedKey, keyof Said | 'accepted'> {
  const found = /^(.*) ([A-Z][A-Z0-9-]*) ((?:SHA256|SHA384|SHA512|SHA1|MD5):\S+)((?: \w+)*)$/.exec(text);
  if (!found) return { path: text, source: 'file' };
  const [, path = '', type = '', fingerprint = '', rest = ''] = found;
  return { path, type, fingerprint, source: / agent\b/.test(rest) ? 'agent' : 'file' };
}

function trouble(list: readonly FileTrouble[], said: Said, path: string | undefined, reason: string): FileTrouble[] {
  return [...list, { ...said, path: path ?? '', reason }];
}

/** Reads one line of the log into the draft. Every pattern is anchored and free of nested repeats. */
export function take(draft: Draft, said: Said): void {
  const { text } = said;
  let m: RegExpExecArray | null;
  if ((m = /^(OpenSSH_\S+)/.exec(text))) draft.clientVersion ??= m[1] ?? '';
  else if ((m = /^Remote protocol version [\d.]+, remote software version (.*)$/.exec(text)))
    draft.remoteSoftware = { ...said, text: m[1] ?? '' };
  else if ((m = /^kex: algorithm: (\S+)/.exec(text))) draft.kex = m[1] ?? '';
  else if ((m = /^kex: host key algorithm: (\S+)/.exec(text))) draft.hostKeyAlgorithm = m[1] ?? '';
  else if ((m = /^kex: client->server cipher: (\S+) MAC: (\S+)/.exec(text))) {
    draft.cipher = m[1] ?? '';
    draft.mac = m[2] ?? '';
  } else if ((m = /^Server host (?:key|certificate): (\S+) (\S+)(.*)/s.exec(text))) {
    draft.hostKey = { ...said, type: m[1] ?? '', fingerprint: (m[2] ?? '').replace(/,$/, '') };
    certificate(draft, m[3] ?? '', said);
  } else if ((m = /^Server host certificate hostname: (.{1,300})$/.exec(text))) {
    const { hostCertificate: seen } = draft;
    if (seen) draft.hostCertificate = { ...seen, principals: [...seen.principals, m[1] ?? ''].slice(0, 100) };
  } else if ((m = /^Certificate invalid: (.*)$/.exec(text))) {
    if (draft.hostCertificate)
      draft.hostCertificate = { ...draft.hostCertificate, trouble: { ...said, text: m[1] ?? '' } };
  } else if ((m = /^(local client|peer server) KEXINIT proposal$/.exec(text))) {
    // Later ones are of a rekeying.
    const side = m[1] === 'local client' ? 'client' : 'server';
    draft.proposals = { ...draft.proposals, [side]: draft.proposals?.[side] ?? { ...said, algorithms: {} } };
  } else if ((m = /^(KEX algorithms|host key algorithms|ciphers|MACs|compression)( [cs]to[cs])?: (.*)$/.exec(text)))
    proposed(draft, `${m[1]}${m[2] ?? ''}`, m[3] ?? '');
  else if ((m = /^first_kex_follows ([01])/.exec(text))) guessed(draft, m[1] === '1');
  else if (/^Host '.*' is known and matches the /.test(text)) draft.hostKeyState = { ...said, state: 'known' };
  else if ((m = /^Found (?:key|certificate|CA key) in (.+):(\d+)$/.exec(text))) where(draft, m);
  else if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(text)) draft.hostKeyState = { ...said, state: 'changed' };
  else if (/REVOKED HOST KEY DETECTED/.test(text)) draft.hostKeyState = { ...said, state: 'revoked' };
  else if (/^Warning: Permanently added .* to the list of known hosts/.test(text))
    draft.hostKeyState ??= { ...said, state: 'unknown' };
  else if (/^No .{1,40} host key is known for .* and you have requested strict checking/.test(text))
    draft.hostKeyState = { ...said, state: 'unknown' };
  else if ((m = /^Offending .{0,40}key (?:for IP )?in (.+):(\d+)$/.exec(text))) where(draft, m);
  else if ((m = /Their offer: (\S*)/.exec(text))) draft.theirOffer = (m[1] ?? '').split(',').slice(0, 200);
  else if ((m = /^Authentications that can continue: (.*)$/.exec(text))) {
    const before = draft.log?.at(-2)?.text ?? '';
    const methods = (m[1] ?? '').split(',').filter((name) => name !== '');
    draft.methods = [...(draft.methods ?? []), { ...said, methods, partial: /partial success/.test(before) }];
  } else if ((m = /^Offering public key: (.*)$/.exec(text)))
    draft.offered = [...(draft.offered ?? []), { ...said, ...key(m[1] ?? ''), accepted: false }];
  else if ((m = /^Server accepts key: (.*)$/.exec(text))) accept(draft, key(m[1] ?? ''), said);
  else if ((m = /^Permissions (0\d+) for '(.*)' are too open/.exec(text)))
    draft.badKeyFiles = trouble(draft.badKeyFiles ?? [], said, m[2], m[1] ?? '');
  else if ((m = /^Load key "(.*)": (.*)$/.exec(text)))
    draft.loadErrors = trouble(draft.loadErrors ?? [], said, m[1], m[2] ?? '');
  else if ((m = /^no such identity: (.*): [^:]*$/.exec(text)))
    draft.missingIdentities = trouble(draft.missingIdentities ?? [], said, m[1], 'missing');
  else if ((m = /^(?:sign_and_send_pubkey: )?signing failed for \S+ "(.*)"(?: from agent)?: (.*)$/.exec(text)))
    draft.signErrors = trouble(draft.signErrors ?? [], said, m[1], m[2] ?? '');
  else if ((m = /^Trying private key: (.*)$/.exec(text)))
    draft.triedFiles = [...(draft.triedFiles ?? []), { ...said, path: m[1] ?? '' }];
  else if (/^(?:get_agent_identities|pubkey_prepare): ssh_get_authentication_socket: /.test(text))
    draft.agentTrouble = said;
  else if ((m = /^Next authentication method: (\S+)/.exec(text))) draft.begun = [...(draft.begun ?? []), m[1] ?? ''];
  // kex_input_ext_info until 9.4.
  else if ((m = /^kex_(?:input_ext_info|ext_info_client_parse): server-sig-algs=<([^>]*)>/.exec(text)))
    draft.serverSigAlgs = (m[1] ?? '').split(',').slice(0, 200);
  else if ((m = /^send_pubkey_test: no mutual signature algorithm/.exec(text)))
    draft.noMutualAlgorithm = trouble(draft.noMutualAlgorithm ?? [], said, draft.offered?.at(-1)?.path, m[0]);
  else if ((m = /^Received disconnect from .{1,300} port \d+:(\d+): ?(.*)$/.exec(text)))
    draft.disconnect = { ...said, text: m[2] ?? '', code: Number(m[1]) };
  else if (
    (m = /^Authentication succeeded \(([^)]*)\)/.exec(text)) ||
    (m = /^Authenticated to .* using "([^"]*)"/.exec(text))
  )
    draft.authenticated = { ...said, method: m[1] ?? '' };
  else if ((m = /^Exit status (-?\d+)$/.exec(text))) draft.exitStatus = Number(m[1]);
}

const LISTS: Readonly<Record<string, keyof Proposal['algorithms']>> = {
  'KEX algorithms': 'kex',
  'host key algorithms': 'hostKey',
  'ciphers ctos': 'ciphersC2S',
  'ciphers stoc': 'ciphersS2C',
  'MACs ctos': 'macsC2S',
  'MACs stoc': 'macsS2C',
  'compression ctos': 'compressionC2S',
  'compression stoc': 'compressionS2C',
};
const NAMES_MAX = 200;

/** The proposal that is being read: the server's comes after the client's. */
function open(draft: Draft): ['client' | 'server', Proposal] | undefined {
  const { client, server } = draft.proposals ?? {};
  return server ? ['server', server] : client && ['client', client];
}

function proposed(draft: Draft, name: string, list: string): void {
  const [side, proposal] = open(draft) ?? [];
  const key = LISTS[name];
  if (!side || !proposal || !key || proposal.algorithms[key]) return;
  const names = list === '' ? [] : list.split(',', NAMES_MAX);
  draft.proposals = {
    ...draft.proposals,
    [side]: { ...proposal, algorithms: { ...proposal.algorithms, [key]: names } },
  };
}

function guessed(draft: Draft, follows: boolean): void {
  const [side, proposal] = open(draft) ?? [];
  if (side && proposal) draft.proposals = { ...draft.proposals, [side]: { follows, ...proposal } };
}

/** ` serial 0 ID "web1" CA ssh-ed25519 SHA256:… valid from … to …`; an ID may hold anything. */
function certificate(draft: Draft, text: string, said: Said): void {
  const found = /^ serial \d+ ID "(.*)" CA \S+ (\S+) valid (.{1,100})$/.exec(text);
  if (!found) return;
  const [, id = '', authority = '', valid = ''] = found;
  draft.hostCertificate = { ...said, id, authority, valid, principals: [] };
}

function where(draft: Draft, m: RegExpExecArray): void {
  const state = draft.hostKeyState;
  if (state) draft.hostKeyState = { ...state, file: m[1] ?? '', fileLine: Number(m[2]) };
}

function accept(draft: Draft, accepted: Omit<OfferedKey, keyof Said | 'accepted'>, said: Said): void {
  const offered = draft.offered ?? [];
  const at = offered.findLastIndex((each) => each.fingerprint === accepted.fingerprint);
  const found = offered[at];
  draft.offered = found
    ? offered.with(at, { ...found, accepted: true })
    : [...offered, { ...said, ...accepted, accepted: true }];
}
