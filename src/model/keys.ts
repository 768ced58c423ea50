import * as z from 'zod';
import { KEY_SEVERITIES } from './key-severity.ts';

const fingerprint = z.string().describe('SHA256:… as ssh-keygen -l prints it');
const instant = z.iso.datetime({ offset: true });

const login = z
  .strictObject({
    at: instant.optional().describe('Absent where the log does not say'),
    from: z.string(),
    times: z.int().positive().describe('Logins that the log holds'),
    text: z.string().describe('The newest line of the log, as it stands there'),
  })
  .describe('The newest login that the log holds');

const key = {
  fingerprint,
  type: z.string().describe('e.g. ssh-ed25519'),
  size: z.int().nonnegative().describe('Bits, as ssh-keygen -l prints them'),
  comment: z.string().describe('What somebody wrote behind the key; foreign, and no proof of anything'),
};

const place = { file: z.string(), line: z.int().positive() };
const option = z.strictObject({ name: z.string(), value: z.string().describe('Empty for a flag') });

const grant = z
  .strictObject({
    account: z.string(),
    uid: z.int(),
    ...key,
    ...place,
    options: z.array(option).describe('In front of the key'),
    authority: z
      .boolean()
      .describe('cert-authority: certificates of this key open the account, the key itself does not'),
    standing: z
      .enum(['open', 'closed', 'unknown'])
      .describe(
        'Whether sshd would take it, at least from some address; unknown where something that decides was not seen',
      ),
    why: z.array(z.string()).describe('What closes it, or what is not known'),
    needs: z.array(z.string()).describe('What AuthenticationMethods wants beside the key, e.g. "password"'),
    shell: z.boolean().describe('False: the login shell ends at once (nologin), but forwarding may work'),
    seen: z
      .enum(['seen', 'not-seen', 'unknown'])
      .describe('In the log; not-seen reaches back no further than log.since'),
    lastLogin: login.optional(),
    fileChanged: instant.optional().describe('Modification time of the file: the line is no younger'),
  })
  .describe('A line that lets a key into an account');

const authority = z.strictObject({
  ...key,
  ...place,
  kind: z.enum(['users', 'hosts']).describe('users: TrustedUserCAKeys. hosts: @cert-authority of ssh_known_hosts'),
  patterns: z.string().optional().describe('Hosts that it may speak for'),
  principals: z
    .array(z.strictObject({ account: z.string(), names: z.array(z.string()), file: z.string() }))
    .describe(
      'AuthorizedPrincipalsFile of each account that has one; without one, a certificate must name the account',
    ),
});

const certificate = z.strictObject({
  source: z.enum(['file', 'log']),
  role: z.enum(['user', 'host']),
  fingerprint: fingerprint.describe('Of the key in it; SHA256:…'),
  type: z.string(),
  id: z.string(),
  serial: z.string(),
  authority: z.string().describe('Fingerprint of the CA'),
  principals: z.array(z.string()),
  validAfter: instant.optional().describe('Absent: from always, or not known'),
  validBefore: instant.optional().describe('Absent: for ever, or not known'),
  file: z.string().optional(),
  account: z.string().optional().describe('Which the log saw it open, or in whose home it lies'),
  lastLogin: login.optional(),
});

const hostKey = z.strictObject({
  file: z.string(),
  fingerprint: fingerprint.optional(),
  type: z.string().optional(),
  size: z.int().nonnegative().optional(),
});

const holder = z.strictObject({
  account: z.string().describe('In whose home it lies'),
  file: z.string().describe('The public half'),
  privateHalf: z.boolean().describe('A file of the name of the private half lies beside it; it was not opened'),
  ...key,
});

const stray = z
  .strictObject({
    file: z.string(),
    account: z.string().optional().describe('In whose home it lies'),
    keys: z.array(z.strictObject({ ...key, line: z.int().positive() })),
  })
  .describe('A file of authorized keys that no AuthorizedKeysFile names');

const skipped = z.strictObject({
  account: z.string(),
  ...place,
  why: z.string(),
});

const blind = z.strictObject({
  what: z.string().describe('What was not seen, in words'),
  why: z.string(),
  ways: z.literal(true).optional().describe('Because of it there may be ways in that are not listed'),
});

/** Everything about the keys of one host. */
export const hostKeyringSchema = z.strictObject({
  name: z.string().describe("The host's own name"),
  door: z.string().describe('Door or bundle through which it was looked at'),
  takenAt: instant,
  release: z.string().optional().describe('e.g. OpenSSH 9.2'),
  log: z.strictObject({
    since: instant.optional().describe('How far the log reaches back; absent where there is none to be read'),
    sources: z.array(z.string()),
    kept: z.boolean().describe('False: LogLevel keeps logins out of the log'),
  }),
  settings: z
    .strictObject({
      userEnvironment: z.boolean().describe('PermitUserEnvironment is on, for all or for some'),
      touch: z.boolean().describe('PubkeyAuthOptions touch-required'),
      verify: z.boolean().describe('PubkeyAuthOptions verify-required'),
    })
    .describe('Of sshd, outside of Match blocks where not said otherwise'),
  grants: z.array(grant),
  authorities: z.array(authority),
  certificates: z.array(certificate),
  hostKeys: z.array(hostKey),
  holders: z.array(holder).describe('Public keys in homes whose private half lies there'),
  strays: z.array(stray),
  skipped: z.array(skipped).describe('Lines of authorized_keys that sshd passes over'),
  blind: z.array(blind),
});

const failed = z.strictObject({ door: z.string(), error: z.string() });

const own = z.strictObject({
  file: z.string(),
  ...key,
  privateHalf: z
    .enum(['encrypted', 'plain', 'unknown', 'none'])
    .describe('By the header of the file; nothing behind it is read'),
});

const tool = z.strictObject({ name: z.literal('sshwhy'), version: z.string() });

/** What `sshwhy keys list --json` prints. */
export const keyringSchema = z
  .strictObject({
    schema: z.literal(1),
    tool,
    takenAt: instant,
    hosts: z.array(hostKeyringSchema),
    failed: z.array(failed).describe('Hosts that could not be looked at'),
    own: z.array(own).optional().describe('Keys of the user who asks, with --own'),
  })
  .meta({ title: 'sshwhy keys list', description: 'Who can log in where, with which key, last seen when.' });

const evidence = z.strictObject({
  host: z.string().describe('Empty: the machine of who asks'),
  file: z.string(),
  line: z.int().positive().optional(),
  text: z.string(),
});

const keyFinding = z.strictObject({
  id: z.string().describe('Name of the rule'),
  severity: z.enum(KEY_SEVERITIES),
  host: z.string().optional().describe('Absent: across hosts, or of the machine of who asks'),
  account: z.string().optional(),
  fingerprint: z.string().optional(),
  text: z.string().describe('One sentence'),
  why: z.string().describe('Why it matters'),
  evidence: z.array(evidence).min(1),
  action: z.string().describe('What to do'),
});

/** What `sshwhy keys audit --json` prints. */
export const keyAuditSchema = z
  .strictObject({
    schema: z.literal(1),
    tool,
    takenAt: instant,
    hosts: z.array(z.string()),
    findings: z.array(keyFinding).describe('Gravest first'),
    unknown: z.array(z.strictObject({ host: z.string().optional(), what: z.string(), why: z.string() })),
    failed: z.array(failed),
  })
  .meta({ title: 'sshwhy keys audit', description: 'What is wrong with the keys that open accounts.' });

/** What `sshwhy keys export --format json` prints: who holds what, and what that opens. */
export const keyGraphSchema = z
  .strictObject({
    schema: z.literal(1),
    tool,
    takenAt: instant,
    nodes: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.enum(['key', 'authority', 'account', 'host']),
        label: z.string(),
      }),
    ),
    edges: z.array(
      z.strictObject({
        from: z.string(),
        to: z.string(),
        kind: z.enum(['opens', 'certifies', 'holds', 'on']),
        standing: z.enum(['open', 'closed', 'unknown']).optional(),
        options: z.string().optional(),
        where: z.string().optional().describe('HOST:FILE:LINE'),
        lastLogin: instant.optional(),
      }),
    ),
  })
  .meta({ title: 'sshwhy keys export', description: 'Keys, accounts and hosts as a graph.' });

export type Keyring = z.infer<typeof keyringSchema>;
export type HostKeyring = z.infer<typeof hostKeyringSchema>;
export type Grant = HostKeyring['grants'][number];
export type TrustedAuthority = HostKeyring['authorities'][number];
export type SeenCertificate = HostKeyring['certificates'][number];
export type KeyHolder = HostKeyring['holders'][number];
export type StrayFile = HostKeyring['strays'][number];
export type OwnKey = NonNullable<Keyring['own']>[number];
export type SeenLogin = NonNullable<Grant['lastLogin']>;
export type KeyAudit = z.infer<typeof keyAuditSchema>;
export type KeyFinding = KeyAudit['findings'][number];
export type KeyGraph = z.infer<typeof keyGraphSchema>;
