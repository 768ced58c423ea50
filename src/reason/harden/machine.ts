import { holesOf } from '../../facts/advisories.ts';
import { sectionName } from '../../facts/bundle.ts';
import { unitEvidence } from '../../facts/daemon.ts';
import { sshService, sshSocket } from '../../facts/units.ts';
import type { Evidence } from '../../model/finding.ts';
import type { Judged } from '../../model/hardening.ts';
import { type Given, unseen } from './given.ts';

/** A port that nobody tries first. */
export function judgePort({ daemon }: Given): readonly Judged[] {
  if (!daemon.known) return [unseen(daemon)];
  const { listening } = daemon.value;
  if (listening.length === 0) return [{ status: 'not-applicable', detail: 'nothing listens', evidence: [] }];
  const now = [...new Set(listening.map(({ port }) => port))].join(', ');
  const evidence = listening.map(({ line, text }): Evidence => ({ side: 'server', section: 'listeners', line, text }));
  if (listening.every(({ port }) => port !== 22)) return [{ status: 'pass', now, evidence }];
  const steps = [
    'Another port is no protection; where the noise in the log matters, set Port and open it in the firewall first.',
  ];
  return [{ status: 'fail', now, evidence, repair: { kind: 'manual', steps } }];
}

/** Whether the next boot brings sshd. */
export function judgeEnabled({ units }: Given): readonly Judged[] {
  if (!units.known) return [unseen(units)];
  if (units.value === null) return [{ status: 'not-applicable', detail: 'there is no systemd', evidence: [] }];
  const [service, socket] = [sshService(units.value), sshSocket(units.value)];
  const on = [service, socket].find((unit) => unit?.file === 'enabled');
  if (on) return [{ status: 'pass', now: `${on.id} is enabled`, evidence: unitEvidence(on, 'UnitFileState') }];
  if (!service)
    return [
      {
        status: 'unknown',
        detail: 'no unit of sshd was seen',
        evidence: [],
        gap: { gap: 'not-collected', section: 'units' },
      },
    ];
  const base = {
    status: 'fail' as const,
    now: `${service.id} is ${service.file || 'not enabled'}`,
    evidence: unitEvidence(service, 'UnitFileState'),
  };
  if (service.file === 'disabled') return [{ ...base, repair: { kind: 'unit', unit: service.id, do: 'enable' } }];
  return [
    {
      ...base,
      repair: {
        kind: 'manual',
        steps: [`Find out why ${service.id} is ${service.file || 'not enabled'}, then: systemctl enable ${service.id}`],
      },
    },
  ];
}

/** Known holes, by the table that comes with the program. */
export function judgePatched({ sshdBinary }: Given): readonly Judged[] {
  if (!sshdBinary.known) return [unseen(sshdBinary)];
  const binary = sshdBinary.value;
  if (!binary) return [{ status: 'not-applicable', detail: 'there is no sshd', evidence: [] }];
  const holes = holesOf(binary);
  const now = binary.package || binary.version;
  const evidence: Evidence[] = [
    { side: 'server', section: 'sshd-binary', text: `${binary.version} ${binary.package ?? ''}`.trim() },
  ];
  if (!holes)
    return [
      {
        status: 'unknown',
        detail: 'sshd does not say its release',
        evidence,
        gap: { gap: 'unparsable', section: 'sshd-binary' },
      },
    ];
  const affected = holes.filter(({ verdict }) => verdict === 'affected').map(({ advisory }) => advisory.id);
  if (affected.length > 0)
    return [
      {
        status: 'fail',
        now,
        detail: affected.join(', '),
        evidence,
        repair: { kind: 'manual', steps: ['Upgrade the package openssh-server.'] },
      },
    ];
  if (holes.length > 0)
    return [
      {
        status: 'unknown',
        now,
        detail: `whether the maker has closed ${holes.map(({ advisory }) => advisory.id).join(', ')} is not known`,
        evidence,
        gap: { gap: 'unsupported', section: 'sshd-binary' },
      },
    ];
  return [{ status: 'pass', now, evidence }];
}

const POLICY = ['/etc/crypto-policies/state/current', '/etc/crypto-policies/config'] as const;
const SYSCONFIG = '/etc/sysconfig/sshd';

/** crypto-policies(7): that there is one, that it is not LEGACY, and that sshd does not opt out of it. */
export function judgeCryptoPolicy({ files, running }: Given): readonly Judged[] {
  if (!files.known) return [unseen(files)];
  const found = POLICY.map((path) => ({ path, file: files.value.get(path) })).find(({ file }) => file?.status === 'ok');
  if (!found?.file) {
    const looked = POLICY.map((path) => files.value.get(path));
    if (looked.some((file) => file?.status === 'absent'))
      return [{ status: 'not-applicable', detail: 'there is no system-wide policy', evidence: [] }];
    const gap = looked.find((file) => file && file.status !== 'absent')?.status;
    return [
      {
        status: 'unknown',
        evidence: [],
        gap: { gap: gap === 'denied' ? 'denied' : 'not-collected', section: sectionName(POLICY[1]) },
      },
    ];
  }
  const lines = found.file.text.split('\n');
  const at = lines.findIndex((line) => /^[A-Z]/.test(line.trim()));
  const name = lines[at]?.trim() ?? '';
  const evidence: Evidence[] = [{ side: 'server', section: sectionName(found.path), line: at + 1, text: name }];
  const manual = (...steps: string[]) => ({ kind: 'manual' as const, steps });
  if (/^LEGACY\b/.test(name))
    return [
      {
        status: 'fail',
        now: name,
        evidence,
        repair: manual(
          'update-crypto-policies --set DEFAULT, then restart sshd (it holds for every program of the machine).',
        ),
      },
    ];
  const optOut = (files.value.get(SYSCONFIG)?.text ?? '')
    .split('\n')
    .findIndex((line) => /^\s*CRYPTO_POLICY\s*=/.test(line));
  if (optOut >= 0)
    return [
      {
        status: 'fail',
        now: `${name}, but sshd opts out`,
        evidence: [
          ...evidence,
          { side: 'server', section: sectionName(SYSCONFIG), line: optOut + 1, text: 'CRYPTO_POLICY=' },
        ],
        repair: manual(`Take CRYPTO_POLICY= out of ${SYSCONFIG} and restart sshd.`),
      },
    ];
  if (!running.known) return [unseen(running)];
  const included = running.value.config.directives.some(
    ({ file, keyword, words }) =>
      /crypto-policies/.test(file) || (keyword === 'include' && /crypto-policies|redhat/.test(words.rest)),
  );
  if (!included)
    return [
      {
        status: 'fail',
        now: `${name}, but sshd_config does not include it`,
        evidence,
        repair: manual('Include /etc/crypto-policies/back-ends/opensshserver.config in sshd_config.'),
      },
    ];
  return [{ status: 'pass', now: name, evidence }];
}
