import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { askByQueue } from '../app/fleet/queue.ts';
import { brokerAddress } from '../collect/broker/address.ts';
import { PROFILES } from '../model/control.ts';
import { UsageError } from '../model/errors.ts';
import type { FleetHost, FleetSummary } from '../model/fleet.ts';
import { type FleetJob, LANE, RUN } from '../model/fleet-work.ts';
import type { InventoryHost } from '../model/inventory.ts';
import { visible } from '../report/escape.ts';
import type { DoorFlags, FleetFlags } from './fleet-run.ts';
import { save } from './save.ts';

/** Flags that say how ssh gets to a host, which is for a worker to know: a queue that could say it could run commands there. */
const OWN_OF_WORKERS = ['identity', 'jump', 'configFile', 'option', 'save'] as const;

/** Has the hosts of a run asked by workers. @throws UsageError for flags that cannot be sent @throws LookError */
export async function askQueue(
  hosts: readonly InventoryHost[],
  flags: FleetFlags & Partial<Pick<DoorFlags, 'save'>>,
  { lane, question }: { readonly lane: string; readonly question: FleetJob['question'] },
  onHost: (host: FleetHost) => void | Promise<void>,
  signal: AbortSignal,
): Promise<FleetSummary> {
  for (const flag of OWN_OF_WORKERS)
    if (flags[flag] !== undefined)
      throw new UsageError(
        flag === 'save'
          ? '--save keeps bundles, which stay with the workers of a --queue'
          : `with --queue, the flags of ssh but -p, -l, -4 and -6 are given to sshwhy fleet worker`,
      );
  if (!LANE.test(lane))
    throw new UsageError(
      `with --queue, --on names a door that workers have (sshwhy fleet worker --door), not "${lane}"`,
    );
  if (question.kind === 'harden' && !PROFILES.includes(question.profile))
    throw new UsageError(`with --queue, --profile is one of ${PROFILES.join(', ')}`);
  const block = (flags.block ?? []).flatMap(({ pattern }) => pattern ?? []);
  if (block.length > 64) throw new UsageError('with --queue, --block can be given 64 times');
  const file = flags.out === undefined ? undefined : `${flags.out}.run`;
  const run = named(flags, file);
  let last = '';
  const summary = await askByQueue(hosts, {
    address: brokerAddress(flags.queue ?? ''),
    run,
    lane,
    job: {
      question,
      timeoutMs: flags.timeout,
      block,
      ...(flags.ipv4 ? { family: 4 as const } : flags.ipv6 ? { family: 6 as const } : {}),
    },
    port: flags.port,
    user: flags.login,
    kept: file !== undefined,
    signal,
    onHost,
    onTrouble(says) {
      if (says !== last) process.stderr.write(`sshwhy: ${visible(says)}\n`);
      last = says;
    },
  });
  if (file !== undefined && !signal.aborted) rmSync(file, { force: true });
  return summary;
}

/** The run's name: the one that is given, the one that stands beside the file that it goes on with, or a new one, which is put there before anything is sent. */
function named(flags: FleetFlags, file: string | undefined): string {
  const kept = flags.resume && file !== undefined && existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  const run = flags.run ?? kept ?? randomBytes(9).toString('base64url');
  if (!RUN.test(run)) throw new UsageError(`"${run}" is no name of a run; use up to 40 letters, digits, _ and -`);
  if (file !== undefined) save(file, `${run}\n`);
  return run;
}
