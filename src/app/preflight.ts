import { causes } from '../causes/index.gen.ts';
import { sshdBinary } from '../facts/binary.ts';
import { meta } from '../facts/meta.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import type { Preflight } from '../model/preflight.ts';
import { VERSION } from '../model/version.ts';
import { goalOf, preflight } from '../reason/preflight/index.ts';

/** What is about to be done to the machine. `to`: a release, by number or name. */
export interface Work {
  readonly for: 'reboot' | 'upgrade';
  readonly to?: string;
}

/**
 * Whether sshd will come back, as the JSON has it.
 * @throws UsageError when nobody knows the release.
 */
export function preflightReport(input: string, bundle: Bundle, attempt: Attempt, { for: work, to }: Work): Preflight {
  const goal = work === 'upgrade' ? goalOf(bundle, to) : undefined;
  if (work === 'upgrade' && !goal)
    throw new UsageError(
      to === undefined
        ? 'the release after this one is not known here; name one: --to 13, --to trixie, --to 10.0'
        : `--to "${to}": use a release like 13, trixie, "ubuntu 24.04", or a version of OpenSSH like 10.0`,
    );
  const [about, binary] = [meta.read(bundle), sshdBinary.read(bundle)];
  const version = binary.known ? binary.value?.version.split(',')[0] : undefined;
  return {
    schema: 1,
    tool: { name: 'sshwhy', version: VERSION },
    takenAt: bundle.takenAt,
    target: { input, ...(about.known && about.value.hostname !== '' && { hostname: about.value.hostname }) },
    for: work,
    ...(version && { from: version }),
    ...(goal && { to: goal.name }),
    ...preflight(causes, bundle, attempt, goal),
  };
}

const STATUS = { go: EXIT.open, 'no-go': EXIT.closed, unknown: EXIT.couldNotLook } as const;

export const preflightStatus = ({ answer }: Preflight): number => STATUS[answer];
