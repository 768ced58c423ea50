import { objects, str } from '../../facts/client/json.ts';
import { takeIn } from '../../facts/cloud/intake.ts';
import type { CloudKind } from '../../facts/cloud/shapes.ts';
import { UsageError } from '../../model/errors.ts';
import type { Collected } from './collected.ts';
import { type Answer, type Ask, ask } from './command.ts';

const OF_ID = /^i-[0-9a-f]{8,17}$/;
/** Lists and groups that are followed. */
const FOLLOWED = 12;

/** @throws UsageError unless an instance id. */
export function awsInstance(id: string): string {
  if (!OF_ID.test(id)) throw new UsageError(`--cloud aws:${id}: an instance id looks like i-0123456789abcdef0`);
  return id;
}

const json = ['--output', 'json'] as const;
const describe = (what: string, ...args: string[]): string[] => ['aws', 'ec2', what, ...args, ...json];

/** First command, and those that follow from its answer, as far as they can be written without it. */
export function awsCommands(id: string): string[][] {
  return [
    describe('describe-instances', '--instance-ids', id),
    describe('describe-security-groups', '--group-ids', 'SG…'),
    describe('describe-network-acls', '--filters', 'Name=association.subnet-id,Values=SUBNET'),
    describe('describe-subnets', '--subnet-ids', 'SUBNET'),
    describe('get-managed-prefix-list-entries', '--prefix-list-id', 'LIST'),
    describe('describe-network-interfaces', '--filters', 'Name=group-id,Values=SG…'),
  ];
}

/** Ids of a kind in what AWS said; anything else does not become a word of a command. */
const ids = (values: readonly (string | undefined)[], prefix: string): string[] => {
  const shape = new RegExp(`^${prefix}-[0-9a-f]{8,17}$`);
  return [...new Set(values)]
    .filter((value): value is string => value !== undefined && shape.test(value))
    .slice(0, FOLLOWED);
};

/** Asks AWS about an instance: what it is, then its groups, lists and subnet at once, then what those refer to. */
export async function lookAtAws(id: string, o: Ask): Promise<Collected[]> {
  const instance = await ask('aws', describe('describe-instances', '--instance-ids', id), o);
  const collected: Collected[] = [{ kind: 'aws-instances', answer: instance }];
  const after = (kind: CloudKind, answer: Answer): void => void collected.push({ kind, answer });
  const found = 'value' in instance ? (takeIn(instance.value).get('aws-instances') ?? []) : [];
  if (found.length === 0) {
    const gap =
      'value' in instance
        ? ({ gap: 'unsupported', detail: `AWS knows no instance ${id} in this region` } as const)
        : instance;
    for (const kind of ['aws-security-groups', 'aws-network-acls'] as const)
      after(kind, { ...gap, argv: instance.argv });
    return 'value' in instance
      ? collected.map((one) => ({ ...one, answer: { ...gap, argv: instance.argv } }))
      : collected;
  }
  const nics = found.flatMap((one) => [one, ...objects(one, 'NetworkInterfaces')]);
  const groups = ids(
    nics
      .flatMap((nic) => [...objects(nic, 'Groups'), ...objects(nic, 'SecurityGroups')])
      .map((group) => str(group, 'GroupId')),
    'sg',
  );
  const subnets = ids(
    nics.map((nic) => str(nic, 'SubnetId')),
    'subnet',
  );
  const second: (readonly [CloudKind, string[]])[] = [
    ...(groups.length > 0
      ? [['aws-security-groups', describe('describe-security-groups', '--group-ids', ...groups)] as const]
      : []),
    ...(subnets.length > 0
      ? [
          [
            'aws-network-acls',
            describe('describe-network-acls', '--filters', `Name=association.subnet-id,Values=${subnets.join(',')}`),
          ] as const,
          ['aws-subnets', describe('describe-subnets', '--subnet-ids', ...subnets)] as const,
        ]
      : []),
  ];
  const answers = await Promise.all(second.map(async ([kind, argv]) => [kind, await ask('aws', argv, o)] as const));
  for (const [kind, answer] of answers) after(kind, answer);
  const rules = answers.flatMap(([kind, answer]) =>
    kind === 'aws-security-groups' && 'value' in answer
      ? (takeIn(answer.value).get(kind) ?? []).flatMap((group) => objects(group, 'IpPermissions'))
      : [],
  );
  const lists = ids(
    rules.flatMap((rule) => objects(rule, 'PrefixListIds')).map((list) => str(list, 'PrefixListId')),
    'pl',
  );
  const peers = ids(
    rules.flatMap((rule) => objects(rule, 'UserIdGroupPairs')).map((pair) => str(pair, 'GroupId')),
    'sg',
  );
  await Promise.all([
    ...lists.map(async (list) => {
      const answer = await ask('aws', describe('get-managed-prefix-list-entries', '--prefix-list-id', list), o);
      // The answer does not say which list it is of.
      after(
        'aws-prefix-lists',
        'value' in answer ? { ...answer, value: { ...(answer.value as object), PrefixListId: list } } : answer,
      );
    }),
    ...(peers.length === 0
      ? []
      : [
          ask(
            'aws',
            describe('describe-network-interfaces', '--filters', `Name=group-id,Values=${peers.join(',')}`),
            o,
          ).then((answer) => after('aws-network-interfaces', answer)),
        ]),
  ]);
  return collected;
}
