import { Command } from 'commander';
import { UsageError } from '../model/errors.ts';
import { LANE } from '../model/fleet-work.ts';
import type { InventoryHost } from '../model/inventory.ts';
import type { Matcher } from '../reason/fleet/select.ts';
import { visible } from '../report/escape.ts';
import { jsonText } from '../report/json-text.ts';
import { parsePattern, parseSeconds, parseWidth } from './fleet-flags.ts';
import { type SshFlags, withSshFlags } from './options.ts';

interface WorkerFlags extends SshFlags {
  readonly queue: string;
  readonly concurrency: number;
  readonly logins: number;
  readonly door?: ReadonlyMap<string, string>;
  readonly allow?: readonly Matcher[];
  readonly block?: readonly Matcher[];
  readonly most: number;
  readonly name?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  sshwhy fleet worker --queue nats://broker1:4222,broker2:4222 --allow 10.0.0.0/8
  sshwhy fleet worker --queue 'tls://worker@broker1:4222?ca=/etc/sshwhy/ca.pem&password=file:/etc/sshwhy/word' --door ssh
  sshwhy fleet worker --queue nats://broker1:4222 --door containers=docker:{name}

Without --door a worker only checks whether hosts can be spoken with; it logs in nowhere. Whoever may publish to the queue
chooses which hosts it asks: see who is trusted with what in docs/guides/fleet-queue.md.`;

/** `sshwhy fleet worker`: asks hosts for whoever runs `sshwhy fleet … --queue`. */
export function workerCommand(signal: AbortSignal): Command {
  return withSshFlags(
    new Command('worker').description('ask hosts for those who run fleet … --queue, wherever they are'),
  )
    .requiredOption('--queue <url>', 'the broker: nats://host:4222[,host2:4222…][?option=value…], tls://… for TLS')
    .option('--concurrency <n>', 'hosts that are checked at the same time', parseWidth, 256)
    .option('--logins <n>', 'hosts that are looked at at the same time, through each door', parseWidth, 16)
    .option(
      '--door <door>',
      'also look at servers (fleet server, harden and keys) through this door (repeatable): ssh, or NAME=TRANSPORT, which --on NAME asks for; {name}, {address}, {port} and {user} are filled in',
      parseDoor,
    )
    .option('--allow <pattern>', 'ask only these, whatever the queue says (repeatable)', parsePattern)
    .option('--block <pattern>', 'never ask these (repeatable)', parsePattern)
    .option('--most <seconds>', 'how long one host may take, whatever the queue says', parseSeconds, 120_000)
    .option('--name <name>', "what it is called in the results (the machine's name)")
    .option('--json', 'at the end, print what it did as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: WorkerFlags) => run(flags, signal));
}

async function run(flags: WorkerFlags, signal: AbortSignal): Promise<void> {
  const [{ workFleet }, { brokerAddress, brokerName }, { hostname }, { ofSshConfig }, { doorTo }, { sshArguments }] =
    await Promise.all([
      import('../app/fleet/worker.ts'),
      import('../collect/broker/address.ts'),
      import('node:os'),
      import('../collect/fleet/inventory.ts'),
      import('./fleet-run.ts'),
      import('./options.ts'),
    ]);
  const { port, login, ...ssh } = flags;
  const doors = flags.door ?? new Map<string, string>();
  const address = brokerAddress(flags.queue);
  const name = (flags.name ?? hostname()).slice(0, 100);
  const note = (says: string): void => void process.stderr.write(`sshwhy: ${visible(says)}\n`);
  let last = '';
  note(`takes work from ${brokerName(address)}: ${['check', ...doors.keys()].join(', ')}`);
  const worked = await workFleet(
    {
      address,
      name,
      width: flags.concurrency,
      logins: flags.logins,
      doors: [...doors.keys()],
      door(lane, host) {
        // A login that the worker was given is the only one that it uses.
        const { user, ...nobody } = host;
        const as: InventoryHost = login === undefined ? host : nobody;
        return doorTo(
          doors.get(lane) ?? '',
          as,
          { ...ssh, option: [...KEPT_IN, ...(ssh.option ?? [])] },
          { port, login },
        );
      },
      ssh: { argv: sshArguments(ssh), configured: ofSshConfig(flags.configFile) },
      allow: flags.allow ?? [],
      block: flags.block ?? [],
      mostMs: flags.most,
      onTrouble(says) {
        if (says !== last) note(says);
        last = says;
      },
    },
    signal,
  );
  if (flags.json) process.stdout.write(`${jsonText(worked)}\n`);
  else
    note(
      `${worked.answered} answered, ${worked.again} had been answered already, ${worked.back} given back, ${worked.lost} lost, ${worked.unreadable} unreadable`,
    );
}

/** A host that somebody else chose gets nothing of this machine: no agent, no display, no port. */
const KEPT_IN = ['ForwardAgent=no', 'ForwardX11=no', 'ClearAllForwardings=yes', 'PermitLocalCommand=no'] as const;

function parseDoor(text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const [, name = '', transport = name] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  if (!LANE.test(name) || name === 'check')
    throw new UsageError(`"${text}" is no door; say ssh, or NAME=TRANSPORT with a name of small letters, digits and -`);
  if (transport === name && name !== 'ssh' && name !== 'local')
    throw new UsageError(`--door ${text}: say what it is, as in ${name}=docker:{name}`);
  return new Map([...before, [name, transport]]);
}
