import type { HostKey } from '../../facts/hostkeys.ts';
import { setting } from '../../facts/sshd/index.ts';
import type { Want } from '../../model/control.ts';
import type { Evidence } from '../../model/finding.ts';
import type { Judged } from '../../model/hardening.ts';
import { shellQuote } from '../../model/remedy.ts';
import { type Given, unseen } from './given.ts';
import { meets, namesIn } from './want.ts';

const described = ({ type, bits, path }: HostKey): string => `${type ?? 'unknown type'} ${bits ?? ''} ${path}`;
const evidenceOf = (key: HostKey): Evidence => ({
  side: 'server',
  section: 'hostkeys',
  line: key.line,
  text: described(key),
});

/** Keys that are there: a path of the defaults may not be. */
function present({ hostKeys, paths }: Given): readonly HostKey[] | Judged {
  if (!hostKeys.known) return unseen(hostKeys);
  const table = paths.known ? paths.value : undefined;
  return hostKeys.value.filter(({ path, type }) => type !== undefined || table?.get(path)?.type !== 'missing');
}

function types(keys: readonly HostKey[], want: Want): readonly Judged[] {
  const now = keys.map(({ type }) => type ?? '?').join(',');
  const dsa = keys.filter(({ type }) => type === 'DSA');
  const evidence = keys.map(evidenceOf);
  if (dsa.length === 0 && meets(want, [now])) return [{ status: 'pass', now, evidence }];
  if (dsa.length === 0 && keys.some(({ type }) => type === undefined))
    return [{ status: 'unknown', now, evidence, gap: { gap: 'denied', section: 'hostkeys' } }];
  const steps =
    dsa.length > 0
      ? dsa.map(({ path }) => `Take "HostKey ${path}" out of sshd_config, then remove it.`)
      : ['ssh-keygen -A makes the keys that are missing; then reload sshd and publish the new fingerprint.'];
  return [{ status: 'fail', now, evidence, repair: { kind: 'manual', steps } }];
}

function rsaSize(keys: readonly HostKey[], want: Want): readonly Judged[] {
  const rsa = keys.filter(({ type }) => type === 'RSA');
  if (rsa.length === 0) return [{ status: 'not-applicable', detail: 'there is no RSA host key', evidence: [] }];
  const small = rsa.filter(({ bits }) => !meets(want, [String(bits ?? '')]));
  if (small.length === 0)
    return [{ status: 'pass', now: rsa.map(({ bits }) => bits).join(','), evidence: rsa.map(evidenceOf) }];
  const bits = 'atLeast' in want ? Math.max(want.atLeast ?? 0, 3072) : 3072;
  return small.map((key) => ({
    status: 'fail',
    subject: key.path,
    now: String(key.bits),
    evidence: [evidenceOf(key)],
    repair: {
      kind: 'manual',
      steps: [
        `ssh-keygen -q -N '' -t rsa -b ${bits} -f ${shellQuote(`${key.path}.new`)}, put it in place of ${key.path} together with its .pub, and reload sshd.`,
        'Every client that knows this server by its RSA key has to be given the new one first.',
      ],
    },
  }));
}

/** Types and sizes of the host keys. */
export function judgeHostKeys(given: Given, of: 'types' | 'rsa-size', want: Want): readonly Judged[] {
  const keys = present(given);
  if ('status' in keys) return [keys];
  return of === 'types' ? types(keys, want) : rsaSize(keys, want);
}

/** Small groups in the file of moduli, where the server offers the exchange that uses them. */
export function judgeModuli({ moduli, running }: Given, want: Want): readonly Judged[] {
  if (running.known) {
    const offered = namesIn(setting(running.value.config, 'kexalgorithms', {}).values);
    if (!offered.some((name) => name.startsWith('diffie-hellman-group-exchange')))
      return [{ status: 'not-applicable', detail: 'the server offers no group exchange', evidence: [] }];
  }
  if (!moduli.known) return [unseen(moduli)];
  if (moduli.value === null)
    return [{ status: 'not-applicable', detail: 'there is no file of moduli: sshd takes fixed groups', evidence: [] }];
  const { path, sizes } = moduli.value;
  const evidence = (list: typeof sizes): Evidence[] =>
    list.map(({ line, size, count }) => ({
      side: 'server',
      section: 'moduli',
      line,
      text: `${path}: ${count} of ${size + 1} bits`,
    }));
  const small = sizes.filter(({ size }) => !meets(want, [String(size)]));
  const least = Math.min(...sizes.map(({ size }) => size));
  if (small.length === 0) return [{ status: 'pass', now: String(least), evidence: evidence(sizes) }];
  const bound = 'atLeast' in want ? (want.atLeast ?? 0) : 0;
  const file = shellQuote(path);
  return [
    {
      status: 'fail',
      now: String(least),
      evidence: evidence(small),
      repair: {
        kind: 'manual',
        steps: [
          `awk '$5 >= ${bound}' ${file} >${file}.safe && [ -s ${file}.safe ] && mv ${file}.safe ${file}`,
          'No reload is needed: sshd reads the file for each connection.',
        ],
      },
    },
  ];
}
