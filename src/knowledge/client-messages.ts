/** How one attempt of ssh(1) ended. `other`: a text that is not in the table; `unfinished`: the log stops without an ending. */
export type Ending =
  | 'ok'
  | 'session-ended'
  | 'session-refused'
  | 'closed-after-auth'
  | 'too-many-auth-failures'
  | 'auth-failed'
  | 'closed-in-auth'
  | 'host-key-changed'
  | 'host-key-revoked'
  | 'host-key-failed'
  | 'host-key-invalid'
  | 'no-common-kex'
  | 'no-common-host-key'
  | 'no-common-cipher'
  | 'no-common-mac'
  | 'no-common-compression'
  | 'protocol-differs'
  | 'kex-closed'
  | 'corrupted'
  | 'not-ssh'
  | 'banner-timeout'
  | 'closed-before-banner'
  | 'proxy-failed'
  | 'connect-failed'
  | 'unresolved'
  | 'disconnected-by-server'
  | 'server-unresponsive'
  | 'config-invalid'
  | 'config-perms'
  | 'user-invalid'
  | 'host-invalid'
  | 'timed-out'
  | 'unfinished'
  | 'other';

/**
 * Lines of ssh(1) that end an attempt, the stable parts of OpenSSH 8.4 to 10.x (sshconnect.c, packet.c, kex.c,
 * readconf.c, clientloop.c). A closed connection is typed by the stage it was reached in, not by its text.
 */
export const ENDINGS: readonly { readonly ending: Ending | 'closed'; readonly pattern: RegExp }[] = [
  {
    ending: 'too-many-auth-failures',
    pattern: /^Received disconnect from .{1,300}:2: Too many authentication failures/,
  },
  { ending: 'disconnected-by-server', pattern: /^Received disconnect from / },
  { ending: 'no-common-kex', pattern: /no matching key exchange method found/ },
  { ending: 'no-common-host-key', pattern: /no matching host key type found/ },
  { ending: 'no-common-cipher', pattern: /no matching cipher found/ },
  { ending: 'no-common-mac', pattern: /no matching MAC found/ },
  { ending: 'no-common-compression', pattern: /no matching compression method found/ },
  { ending: 'protocol-differs', pattern: /^Protocol major versions differ: / },
  {
    ending: 'host-key-changed',
    pattern: /^(?:\S+ )?[Hh]ost key for .{1,300} has changed and you have requested strict checking/,
  },
  { ending: 'host-key-revoked', pattern: /host key for .{1,300} was revoked and you have requested strict checking/ },
  {
    ending: 'host-key-invalid',
    pattern: /^Bad server host key: |: Invalid key length$|^Host key .{1,300} revoked by file/,
  },
  { ending: 'host-key-failed', pattern: /^Host key verification failed\.$/ },
  { ending: 'auth-failed', pattern: /^(?:.{1,300}: )?Permission denied \([^)]*\)\.?$/ },
  {
    ending: 'corrupted',
    pattern: /^(?:Corrupted MAC on input|Bad packet length |Corrupted padlen )|message authentication code incorrect/,
  },
  {
    ending: 'not-ssh',
    pattern:
      /Bad remote protocol version identification|banner line (?:contains invalid|too long)|No SSH identification string received|Invalid SSH identification string/,
  },
  {
    ending: 'banner-timeout',
    pattern: /^Connection timed out during banner exchange|^Connection to .{1,300} timed out during banner exchange/,
  },
  { ending: 'closed', pattern: /^(?:(?:kex|ssh)_exchange_identification: |banner exchange: Connection to .{1,300}: )/ },
  {
    ending: 'closed',
    pattern:
      /^(?:Connection (?:closed|reset) by |ssh_dispatch_run_fatal: Connection to .{1,300}: (?:Connection|Broken pipe))/,
  },
  { ending: 'closed', pattern: /^(?:client_loop: )?send disconnect: / },
  { ending: 'closed', pattern: /^Connection to .{1,300} closed by remote host/ },
  { ending: 'connect-failed', pattern: /^ssh: connect to host .{1,300} port \d+: / },
  { ending: 'unresolved', pattern: /Could not resolve hostname / },
  { ending: 'server-unresponsive', pattern: /^Timeout, server .{1,300} not responding/ },
  { ending: 'user-invalid', pattern: /^remote username contains invalid characters/ },
  { ending: 'host-invalid', pattern: /^hostname contains invalid characters/ },
  {
    ending: 'config-invalid',
    pattern: /terminating, \d+ bad configuration options|line \d+: Bad configuration option/,
  },
  { ending: 'config-perms', pattern: /^Bad owner or permissions on / },
  { ending: 'proxy-failed', pattern: /^(?:stdio forwarding failed|ssh: Could not .{1,100}proxy)/ },
  {
    ending: 'session-refused',
    pattern: /^(?:channel \d+: open failed: |(?:exec|shell|subsystem) request failed on channel)/,
  },
];

/** What ssh has got through, in its order; `pattern` is matched against a line without `debugN: `. */
export const STAGES = [
  { stage: 'connecting', pattern: /^(?:Connecting to |Executing proxy command)/ },
  { stage: 'connected', pattern: /^Connection established/ },
  { stage: 'greeted', pattern: /^Remote protocol version / },
  { stage: 'kexinit-sent', pattern: /^SSH2_MSG_KEXINIT sent/ },
  { stage: 'kexinit', pattern: /^SSH2_MSG_KEXINIT received/ },
  { stage: 'key-exchange', pattern: /^expecting SSH2_MSG_KEX_/ },
  { stage: 'host-key', pattern: /^Server host key: / },
  { stage: 'keys', pattern: /^SSH2_MSG_NEWKEYS received/ },
  { stage: 'auth', pattern: /^(?:SSH2_MSG_SERVICE_ACCEPT received|Authentications that can continue: )/ },
  { stage: 'authenticated', pattern: /^(?:Authentication succeeded \(|Authenticated to )/ },
  { stage: 'session', pattern: /^(?:Entering interactive session|Sending command: )/ },
] as const;

export type Stage = (typeof STAGES)[number]['stage'] | 'start';

/**
 * What sshd writes before it hangs up without its identification string (sshd.c). 10.0 says "Not allowed at this time"
 * both past MaxStartups and under a PerSourcePenalty, so that text decides nothing between them.
 */
export const SSHD_REFUSALS = {
  'Exceeded MaxStartups': 'max-startups',
  'Not allowed at this time': 'not-allowed-now',
} as const;

/** What other services say first, matched against escaped first bytes. */
export const FOREIGN_SERVICES: readonly { readonly service: string; readonly pattern: RegExp }[] = [
  { service: 'http', pattern: /^(?:HTTP\/\d|<(?:!DOCTYPE|html))/i },
  { service: 'tls', pattern: /^\\x1[56]\\x03/ },
  { service: 'smtp', pattern: /^220[ -].{0,200}(?:SMTP|ESMTP)/i },
  { service: 'ftp', pattern: /^220[ -].{0,200}FTP/i },
  { service: 'imap', pattern: /^\* OK / },
  { service: 'pop3', pattern: /^\+OK/ },
  { service: 'vnc', pattern: /^RFB \d/ },
  { service: 'mysql', pattern: /^.\\x00\\x00\\x00\\x0a\d/ },
];
