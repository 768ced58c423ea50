import { boot } from '../../facts/boot.ts';
import { atBoot } from '../../facts/firewall/at-boot.ts';
import type { Attempt } from '../../model/attempt.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { Cause } from '../../model/cause.ts';
import type { Preflight, PreflightCheck } from '../../model/preflight.ts';
import { otherServer } from '../other-server.ts';
import { checked, cite } from './check.ts';
import { faults } from './faults.ts';
import { listensAgain } from './listen.ts';
import { networkAfter } from './network.ts';
import { rulesAfter } from './rules.ts';
import { startsAtBoot } from './start.ts';
import { storageAfter } from './storage.ts';
import { type Goal, upgradeChecks } from './upgrade.ts';

export { type Goal, goalOf } from './upgrade.ts';

const ORDER = ['bad', 'unknown', 'caution', 'good'] as const;

/**
 * Whether sshd will come back. `no-go` as soon as one thing stands against it, `unknown` while one thing that could stand
 * against it was not seen. An upgrade is followed by a reboot, so it is asked all of that as well. Pure.
 */
export function preflight(
  causes: readonly Cause[],
  bundle: Bundle,
  attempt: Attempt,
  goal?: Goal,
): Pick<Preflight, 'answer' | 'checks'> {
  const other = otherServer(bundle, attempt);
  if (other)
    return {
      answer: 'unknown',
      checks: [
        checked('server', 'unknown', `${other.name} listens on port ${other.port}, of which nothing is known here.`, {
          advice: [other.look],
        }),
      ],
    };
  const then = atBoot(bundle);
  const found = [
    ...startsAtBoot(bundle),
    ...faults(
      causes.filter(({ id }) => !id.startsWith('firewall/')),
      then,
      attempt,
    ),
    ...listensAgain(bundle, attempt),
    ...rulesAfter(bundle, attempt),
    ...storageAfter(bundle, attempt, goal !== undefined),
    ...networkAfter(bundle),
    ...pending(bundle),
    ...(goal ? upgradeChecks(bundle, goal) : []),
  ];
  const checks = ORDER.flatMap((outcome) => found.filter((one) => one.outcome === outcome));
  const worst = checks[0]?.outcome;
  return { answer: worst === 'bad' ? 'no-go' : worst === 'unknown' ? 'unknown' : 'go', checks };
}

/** An upgrade that waits for this reboot: then it is that upgrade that is tried, too. */
function pending(bundle: Bundle): PreflightCheck[] {
  const facts = boot.read(bundle);
  if (!facts.known || !facts.value.rebootRequired) return [];
  const names = facts.value.rebootFor.join(', ');
  return [
    checked(
      'pending',
      'caution',
      `A reboot is wanted already${names ? ` for ${names}` : ''}: the machine will run other programs than now.`,
      {
        evidence: cite('boot', facts.value.line('reboot-required'), 'reboot-required'),
      },
    ),
  ];
}
