import * as z from 'zod';
import { KEY_SEVERITIES } from './key-severity.ts';
import { hostKeyringSchema, keyAuditSchema } from './keys.ts';

const { grants, authorities, holders, hostKeys, log } = hostKeyringSchema.shape;
const { lastLogin } = grants.element.shape;

const way = grants.element.extend({ lastLogin: lastLogin.unwrap().omit({ text: true }).optional() });

/** What a look at a host's keys found there, short enough for a line. */
export const fleetHostKeysSchema = z.strictObject({
  hostname: z.string().describe("The host's own name; foreign, escape it for your output"),
  ways: z.array(way).describe('Lines that let a key in, at most 1,000'),
  further: z.int().nonnegative().describe('Such lines that are left out here'),
  authorities: authorities.describe('At most 50'),
  holders: holders.describe('Public keys in homes whose private half lies there, at most 200'),
  hostKeys,
  log,
  whole: z.boolean().describe('Whether every file was seen that can let a key in; false: there may be more ways'),
  unseen: z.array(z.strictObject({ what: z.string(), why: z.string() })).describe('At most 20'),
});
export type FleetHostKeys = z.infer<typeof fleetHostKeysSchema>;
export type FleetWay = FleetHostKeys['ways'][number];

const key = {
  fingerprint: z.string().describe('SHA256:…'),
  type: z.string().optional().describe('Absent: it was seen nowhere'),
  size: z.int().nonnegative().optional(),
  names: z
    .array(z.string())
    .describe(
      'What stands behind it, at most 5; foreign, and no proof of anything. With --people the name there, first',
    ),
};

const counted = z.int().nonnegative();

const unseen = z.array(z.strictObject({ host: z.string(), port: z.int(), why: z.string() }));

const spread = z.strictObject({
  ...key,
  authority: z.boolean().describe('It certifies: certificates of it open the accounts, the key itself does not'),
  hosts: counted.describe('That it opens, as far as is known'),
  root: counted.describe('Of them, as root'),
  accounts: counted,
  on: z.array(z.string()).describe('Names of hosts, at most 20'),
  says: z.string().describe('One sentence'),
});

/** What the keys of a run come to across its hosts. */
export const fleetKeySumsSchema = z.strictObject({
  keys: counted.describe('Different ones that open something'),
  ways: counted.describe('Accounts that they open, each key and account once'),
  seen: counted.describe('Hosts whose keys were seen whole'),
  partly: counted.describe('Hosts of which something was not seen'),
  unseen: counted.describe('Hosts that could not be looked at'),
  blind: unseen.describe('The first 20 hosts of which it is not known, wholly or partly'),
  widest: z.array(spread).describe('Keys that open most hosts, at most 50'),
  findings: z
    .array(
      keyAuditSchema.shape.findings.element.omit({ evidence: true }).extend({
        evidence: keyAuditSchema.shape.findings.element.shape.evidence.describe('The first 10'),
      }),
    )
    .describe('What shows only across hosts; gravest first, at most 200'),
  further: counted.describe('Such findings that are left out here'),
  worst: z.enum(KEY_SEVERITIES).optional().describe('The gravest of these findings'),
  cut: z.boolean().describe('There were more keys than are counted here'),
});
export type FleetKeySums = z.infer<typeof fleetKeySumsSchema>;

const opened = z.strictObject({
  host: z.string(),
  port: z.int(),
  account: z.string(),
  root: z.boolean(),
  authority: z.boolean(),
  standing: z.enum(['open', 'closed', 'unknown']),
  why: z.array(z.string()).describe('What closes it, or what is not known'),
  via: z
    .array(z.string())
    .describe('account@host in between, in which the private half of the key of the next step lies; empty: straight'),
  options: z.string().describe('In front of the key, as authorized_keys has them; empty: no restriction'),
  needs: z.array(z.string()).describe('What is wanted beside the key'),
  where: z.string().describe('FILE:LINE'),
  lastLogin: z.iso.datetime({ offset: true }).optional(),
  lastFrom: z.string().optional(),
});

/** Where one key gets in; a line of `sshwhy fleet keys --key … --json`. */
export const fleetKeySchema = z.strictObject({
  kind: z.literal('key'),
  ...key,
  hosts: counted.describe('That it opens, as far as is known'),
  root: counted.describe('Of them, as root'),
  accounts: counted,
  ways: z.array(opened).describe('At most 5,000'),
  further: counted.describe('Ways that are left out here'),
  authorities: counted.describe(
    'Hosts that trust a CA for users: what it signed for this person is written on no server',
  ),
  unseen: unseen.describe('Hosts of which it is not known, wholly or partly; at most 1,000'),
  unknown: counted.describe('How many these are in all'),
  says: z.string().describe('One sentence'),
});
export type FleetKey = z.infer<typeof fleetKeySchema>;
export type FleetKeyWay = FleetKey['ways'][number];
