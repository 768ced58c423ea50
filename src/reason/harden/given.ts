import { accounts, groups } from '../../facts/accounts.ts';
import { sshdBinary } from '../../facts/binary.ts';
import { daemon } from '../../facts/daemon.ts';
import { fail2ban } from '../../facts/fail2ban.ts';
import { files } from '../../facts/files.ts';
import { firewall } from '../../facts/firewall/index.ts';
import { hostKeys } from '../../facts/hostkeys.ts';
import { moduli } from '../../facts/moduli.ts';
import { paths } from '../../facts/paths.ts';
import { runningConfig } from '../../facts/sshd/running.ts';
import { units } from '../../facts/units.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { FactSource } from '../../model/cause.ts';
import type { Fact, Unknown } from '../../model/fact.ts';
import type { Judged } from '../../model/hardening.ts';

const SOURCES = {
  accounts,
  groups,
  sshdBinary,
  daemon,
  fail2ban,
  files,
  firewall,
  hostKeys,
  moduli,
  paths,
  running: runningConfig,
  units,
};

/** Every fact that a control may be judged by, known or not. */
export type Given = {
  readonly [K in keyof typeof SOURCES]: (typeof SOURCES)[K] extends FactSource<infer T> ? Fact<T> : never;
};

export function givenOf(bundle: Bundle): Given {
  return Object.fromEntries(Object.entries(SOURCES).map(([name, source]) => [name, source.read(bundle)])) as Given;
}

/** A control of which the deciding fact could not be had. */
export function unseen({ gap, detail, from }: Unknown): Judged {
  return {
    status: 'unknown',
    evidence: [],
    gap: { gap, section: from.section },
    ...(detail !== '' && { detail }),
  };
}
