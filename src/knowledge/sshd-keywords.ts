import type { Release } from '../model/release.ts';

export type { Release };

/** Whether `release` is `since` or newer; an unknown release is taken for a new one. */
export function atLeast(release: Release | undefined, since: Release): boolean {
  return !release || release[0] > since[0] || (release[0] === since[0] && release[1] >= since[1]);
}

/**
 * What a keyword of sshd_config takes. `flag` and the other named states are words of a fixed set; `path` is made
 * absolute; `rest` and `command` are the rest of the line as it stands; `each` lists add up over lines.
 */
export type ValueType =
  | 'flag'
  | 'root-login'
  | 'ignore-rhosts'
  | 'address-family'
  | 'compression'
  | 'gateway-ports'
  | 'forwarding'
  | 'port'
  | 'listen-address'
  | 'time'
  | 'time-or-none'
  | 'integer'
  | 'mask'
  | 'path'
  | 'each-path'
  | 'word'
  | 'rest'
  | 'addendum'
  | 'command'
  | 'log-level'
  | 'log-facility'
  | 'users'
  | 'groups'
  | 'accept-env'
  | 'set-env'
  | 'words'
  | 'key-files'
  | 'methods'
  | 'permit'
  | 'subsystem'
  | 'max-startups'
  | 'source-max'
  | 'net-block'
  | 'penalties'
  | 'address-list'
  | 'tunnel'
  | 'qos'
  | 'rekey'
  | 'environment'
  | 'key-options'
  | 'hash'
  | 'channel-timeout'
  | 'ciphers'
  | 'macs'
  | 'kex'
  | 'gss-kex'
  | 'keys'
  | 'signatures'
  | 'include'
  | 'match'
  | 'routing-domain'
  | 'deprecated'
  | 'unsupported'
  | 'ignored';

export interface Keyword {
  /** As sshd_config(5) writes it. */
  readonly name: string;
  readonly type: ValueType;
  /** May stand in a Match block. */
  readonly match: boolean;
  /** First release that knows it; default before 8.4. */
  readonly since?: Release;
  /** Only in builds with Debian's patches. */
  readonly debian?: true;
}

type Row = readonly [
  name: string,
  type: ValueType,
  where: 'match' | 'global',
  since?: Release | undefined,
  debian?: true,
];

/** Keywords of OpenSSH 8.4 to 10.x for Linux with PAM, Kerberos and GSSAPI (servconf.c; Debian's gssapi.patch, debian-banner.patch). */
const ROWS: readonly Row[] = [
  ['UsePAM', 'flag', 'global'],
  ['PAMServiceName', 'word', 'match', [9, 8]],
  ['PAMAuthenticationViaKBDInt', 'deprecated', 'global'],
  ['Port', 'port', 'global'],
  ['HostKey', 'each-path', 'global'],
  ['HostKeyAgent', 'path', 'global'],
  ['PidFile', 'path', 'global'],
  ['ModuliFile', 'path', 'global', [8, 6]],
  ['ServerKeyBits', 'deprecated', 'global'],
  ['LoginGraceTime', 'time', 'global'],
  ['KeyRegenerationInterval', 'deprecated', 'global'],
  ['PermitRootLogin', 'root-login', 'match'],
  ['SyslogFacility', 'log-facility', 'global'],
  ['LogLevel', 'log-level', 'match'],
  ['LogVerbose', 'words', 'match', [8, 5]],
  ['RhostsAuthentication', 'deprecated', 'global'],
  ['RhostsRSAAuthentication', 'deprecated', 'match'],
  ['HostbasedAuthentication', 'flag', 'match'],
  ['HostbasedUsesNameFromPacketOnly', 'flag', 'match'],
  ['HostbasedAcceptedAlgorithms', 'keys', 'match'],
  ['HostKeyAlgorithms', 'keys', 'global'],
  ['RSAAuthentication', 'deprecated', 'match'],
  ['PubkeyAuthentication', 'flag', 'match'],
  ['PubkeyAcceptedAlgorithms', 'keys', 'match'],
  ['PubkeyAuthOptions', 'key-options', 'match'],
  ['KerberosAuthentication', 'flag', 'match'],
  ['KerberosOrLocalPasswd', 'flag', 'global'],
  ['KerberosTicketCleanup', 'flag', 'global'],
  ['KerberosGetAFSToken', 'unsupported', 'global'],
  ['KerberosTGTPassing', 'unsupported', 'global'],
  ['AFSTokenPassing', 'unsupported', 'global'],
  ['GSSAPIAuthentication', 'flag', 'match'],
  ['GSSAPICleanupCredentials', 'flag', 'global'],
  ['GSSAPIStrictAcceptorCheck', 'flag', 'global'],
  ['GSSAPIKeyExchange', 'flag', 'global', undefined, true],
  ['GSSAPIStoreCredentialsOnRekey', 'flag', 'global', undefined, true],
  ['GSSAPIKexAlgorithms', 'gss-kex', 'global', undefined, true],
  ['DebianBanner', 'flag', 'global', undefined, true],
  ['PasswordAuthentication', 'flag', 'match'],
  ['KbdInteractiveAuthentication', 'flag', 'match'],
  ['CheckMail', 'deprecated', 'global'],
  ['ListenAddress', 'listen-address', 'global'],
  ['AddressFamily', 'address-family', 'global'],
  ['PrintMotd', 'flag', 'global'],
  ['PrintLastLog', 'flag', 'global'],
  ['IgnoreRhosts', 'ignore-rhosts', 'match'],
  ['IgnoreUserKnownHosts', 'flag', 'global'],
  ['X11Forwarding', 'flag', 'match'],
  ['X11DisplayOffset', 'integer', 'match'],
  ['X11UseLocalhost', 'flag', 'match'],
  ['XAuthLocation', 'path', 'global'],
  ['StrictModes', 'flag', 'global'],
  ['PermitEmptyPasswords', 'flag', 'match'],
  ['PermitUserEnvironment', 'environment', 'global'],
  ['UseLogin', 'deprecated', 'global'],
  ['Compression', 'compression', 'global'],
  ['RekeyLimit', 'rekey', 'match'],
  ['TCPKeepAlive', 'flag', 'global'],
  ['AllowTcpForwarding', 'forwarding', 'match'],
  ['AllowAgentForwarding', 'flag', 'match'],
  ['AllowUsers', 'users', 'match'],
  ['DenyUsers', 'users', 'match'],
  ['AllowGroups', 'groups', 'match'],
  ['DenyGroups', 'groups', 'match'],
  ['Ciphers', 'ciphers', 'global'],
  ['MACs', 'macs', 'global'],
  ['Protocol', 'ignored', 'global'],
  ['GatewayPorts', 'gateway-ports', 'match'],
  ['Subsystem', 'subsystem', 'match'],
  ['MaxStartups', 'max-startups', 'global'],
  ['PerSourceMaxStartups', 'source-max', 'global', [8, 5]],
  ['PerSourceNetBlockSize', 'net-block', 'global', [8, 5]],
  ['PerSourcePenalties', 'penalties', 'global', [9, 8]],
  ['PerSourcePenaltyExemptList', 'address-list', 'global', [9, 8]],
  ['MaxAuthTries', 'integer', 'match'],
  ['MaxSessions', 'integer', 'match'],
  ['Banner', 'path', 'match'],
  ['UseDNS', 'flag', 'global'],
  ['VerifyReverseMapping', 'deprecated', 'global'],
  ['ReverseMappingCheck', 'deprecated', 'global'],
  ['ClientAliveInterval', 'time', 'match'],
  ['ClientAliveCountMax', 'integer', 'match'],
  ['AuthorizedKeysFile', 'key-files', 'match'],
  ['AuthorizedKeysFile2', 'deprecated', 'match'],
  ['UsePrivilegeSeparation', 'deprecated', 'global'],
  ['AcceptEnv', 'accept-env', 'match'],
  ['SetEnv', 'set-env', 'match'],
  ['PermitTunnel', 'tunnel', 'match'],
  ['PermitTTY', 'flag', 'match'],
  ['PermitUserRC', 'flag', 'match'],
  ['Match', 'match', 'match'],
  ['PermitOpen', 'permit', 'match'],
  ['PermitListen', 'permit', 'match'],
  ['ForceCommand', 'rest', 'match'],
  ['ChrootDirectory', 'word', 'match'],
  ['HostCertificate', 'each-path', 'global'],
  ['RevokedKeys', 'path', 'match'],
  ['TrustedUserCAKeys', 'path', 'match'],
  ['AuthorizedPrincipalsFile', 'word', 'match'],
  ['KexAlgorithms', 'kex', 'global'],
  ['Include', 'include', 'match'],
  ['IPQoS', 'qos', 'match'],
  ['AuthorizedKeysCommand', 'command', 'match'],
  ['AuthorizedKeysCommandUser', 'word', 'match'],
  ['AuthorizedPrincipalsCommand', 'command', 'match'],
  ['AuthorizedPrincipalsCommandUser', 'word', 'match'],
  ['VersionAddendum', 'addendum', 'global'],
  ['AuthenticationMethods', 'methods', 'match'],
  ['StreamLocalBindMask', 'mask', 'match'],
  ['StreamLocalBindUnlink', 'flag', 'match'],
  ['AllowStreamLocalForwarding', 'forwarding', 'match'],
  ['FingerprintHash', 'hash', 'global'],
  ['DisableForwarding', 'flag', 'match'],
  ['ExposeAuthInfo', 'flag', 'match'],
  ['RDomain', 'routing-domain', 'match'],
  ['CASignatureAlgorithms', 'signatures', 'match'],
  ['SecurityKeyProvider', 'path', 'global'],
  ['RequiredRSASize', 'integer', 'match', [9, 1]],
  ['ChannelTimeout', 'channel-timeout', 'match', [9, 2]],
  ['UnusedConnectionTimeout', 'time-or-none', 'match', [9, 2]],
  ['SshdSessionPath', 'path', 'global', [9, 8]],
  ['SshdAuthPath', 'path', 'global', [10, 0]],
  ['RefuseConnection', 'flag', 'match', [9, 9]],
];

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  ROWS.map(([name, type, where, since, debian]) => [
    name.toLowerCase(),
    { name, type, match: where === 'match', ...(since && { since }), ...(debian && { debian }) },
  ]),
);

/** Other names of a keyword (servconf.c), and whether the other name may stand in a Match block. */
const ALIASES: ReadonlyMap<string, readonly [of: string, match: boolean]> = new Map([
  ['hostdsakey', ['hostkey', false]],
  ['dsaauthentication', ['pubkeyauthentication', false]],
  ['hostbasedacceptedkeytypes', ['hostbasedacceptedalgorithms', true]],
  ['pubkeyacceptedkeytypes', ['pubkeyacceptedalgorithms', true]],
  ['keepalive', ['tcpkeepalive', false]],
  ['challengeresponseauthentication', ['kbdinteractiveauthentication', true]],
  ['skeyauthentication', ['kbdinteractiveauthentication', true]],
]);

/** Before 8.7 these were keywords of their own; before 8.5 the two lists of algorithms had only their old names. */
const ONCE: ReadonlyMap<string, Keyword> = new Map([
  ['challengeresponseauthentication', { name: 'ChallengeResponseAuthentication', type: 'flag', match: false }],
  ['skeyauthentication', { name: 'SkeyAuthentication', type: 'deprecated', match: false }],
]);

/** A keyword as a release of sshd understands it, by its present name in lower case; nothing when it does not know it. */
export function keywordOf(
  written: string,
  release?: Release,
  debian = true,
): { readonly id: string; readonly keyword: Keyword } | undefined {
  const lower = written.toLowerCase();
  const once = atLeast(release, [8, 7]) ? undefined : ONCE.get(lower);
  if (once) return { id: lower, keyword: once };
  const alias = ALIASES.get(lower);
  const id = alias?.[0] ?? lower;
  const keyword = KEYWORDS.get(id);
  if (!keyword || (keyword.since && !atLeast(release, keyword.since)) || (keyword.debian && !debian)) return undefined;
  if (/acceptedalgorithms$/.test(lower) && !atLeast(release, [8, 5])) return undefined;
  const match = alias ? alias[1] : id === 'subsystem' ? atLeast(release, [9, 5]) : keyword.match;
  return { id, keyword: { ...keyword, match } };
}

/** Names of all keywords, as sshd_config(5) writes them, for a suggestion. */
export const SSHD_KEYWORD_NAMES: readonly string[] = [...KEYWORDS.values()].map(({ name }) => name);

/** How sshd_config(5) writes a keyword given in lower case. */
export function writtenKeyword(id: string): string {
  return (KEYWORDS.get(id) ?? ONCE.get(id))?.name ?? id;
}
