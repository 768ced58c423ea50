import { bootHooks, bootLoad, bootUnits } from '../../facts/boot.ts';
import { connections } from '../../facts/connections.ts';
import { atBoot } from '../../facts/firewall/at-boot.ts';
import { decisionEvidence, lastOf, questionsOf } from '../../facts/firewall/attempt.ts';
import { type Fate, firewall, type Judgement, judge, type Question, type Ruleset } from '../../facts/firewall/index.ts';
import { section } from '../../facts/source.ts';
import type { Attempt } from '../../model/attempt.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { Evidence } from '../../model/finding.ts';
import type { PreflightCheck } from '../../model/preflight.ts';
import { checked, cite, unseen } from './check.ts';
import { portsAfter } from './listen.ts';
import { type Zones, zonesIn } from './zones.ts';

const zonesNow = section('server', 'firewalld', 'zones of firewalld as they are', zonesIn, 'zones now');
const zonesThen = section(
  'server',
  'boot:firewalld',
  'zones of firewalld as its files have them',
  zonesIn,
  'zones then',
);

/** Tools that make rules of their own at boot, from files that are not looked at. */
const OTHERS = ['ferm.service', 'shorewall.service', 'shorewall6.service'];

/** Whether the packet filter will let in after the boot whom it lets in now. */
export function rulesAfter(bundle: Bundle, attempt: Attempt): PreflightCheck[] {
  const loads = bootLoad.read(bundle);
  if (!loads.known)
    return [unseen('firewall', 'What the rules files come to', { section: loads.from.section, gap: loads.gap })];
  const units = bootUnits.read(bundle);
  const other =
    units.known && units.value ? OTHERS.find((name) => units.value?.get(name)?.file === 'enabled') : undefined;
  if (other) return [doubt(`${other} makes rules at boot from files of its own, which were not looked at.`, [])];
  const failed = loads.value.find(({ rc }) => rc !== 0);
  if (failed)
    return [
      doubt(
        `${failed.file} is loaded at boot, but ${failed.rc === undefined ? 'could not be tried out' : `${failed.tool} refused it when it was tried out`}${failed.said[0] ? `: ${failed.said[0]}` : ''}.`,
        cite('boot:load', failed.line, `${failed.tool} ${failed.file}`),
        failed.tool === 'nft' ? [`nft -c -f ${failed.file}`] : [],
      ),
    ];
  const hooks = bootHooks.read(bundle);
  if (!hooks.known)
    return [
      unseen('firewall', 'Scripts that change the packet filter at boot', {
        section: hooks.from.section,
        gap: hooks.gap,
      }),
    ];
  const [hook] = hooks.value;
  if (hook)
    return [
      doubt(
        `${hooks.value.length === 1 ? 'A line' : `${hooks.value.length} lines`} of scripts may change the packet filter at boot: ${hook.text}`,
        cite('boot-hooks', hook.line, hook.text),
      ),
    ];
  const firewalld = units.known && units.value ? units.value.get('firewalld.service') : undefined;
  if (firewalld?.file === 'enabled') return zoneChecks(bundle, attempt, firewalld.active === 'active');
  return compared(
    bundle,
    attempt,
    loads.value.map(({ file }) => file),
  );
}

const doubt = (text: string, evidence: readonly Evidence[], advice: readonly string[] = []): PreflightCheck =>
  checked('firewall', 'unknown', text, {
    evidence,
    advice: [...advice, 'Compare with what is in the kernel now: nft list ruleset'],
  });

interface Both {
  readonly question: Question;
  readonly now: Judgement;
  readonly after: Judgement;
}

function compared(bundle: Bundle, attempt: Attempt, files: readonly string[]): PreflightCheck[] {
  const [now, then] = [firewall.read(bundle), firewall.read(atBoot(bundle))];
  if (!now.known)
    return [unseen('firewall', 'The rules that are in the kernel now', { section: now.from.section, gap: now.gap })];
  if (!then.known)
    return [
      unseen('firewall', 'What the rules files come to', { section: `boot:${then.from.section}`, gap: then.gap }),
    ];
  const both = questions(bundle, attempt).map(
    (question): Both => ({
      question,
      now: lastOf(judge(now.value, question)),
      after: lastOf(judge(then.value, question)),
    }),
  );
  const shut = (fate: Fate): boolean => fate === 'drop' || fate === 'reject';
  const lost = both.filter((one) => one.now.verdict === 'accept' && shut(one.after.verdict));
  const [first] = lost;
  const whole = lost.length > 0 && both.every((one) => shut(one.after.verdict) || shut(one.now.verdict));
  if (first) return [lostCheck(first, files, whole, now.value)];
  const unsure = both.find((one) => one.after.verdict === 'unknown' && one.now.verdict !== 'unknown');
  if (unsure)
    return [
      doubt(
        `Whether the rules of ${files.join(', ')} let ${unsure.question.from} in to port ${unsure.question.port} cannot be told.`,
        unsure.after.candidates.slice(0, 3).map(decisionEvidence).map(loaded),
      ),
    ];
  const opened = both.find((one) => shut(one.now.verdict) && one.after.verdict === 'accept');
  const ports = [...new Set(both.map(({ question }) => question.port))].join(', ');
  if (opened?.now.by)
    return [
      checked(
        'firewall',
        'caution',
        `The rules that keep ${opened.question.from} away from port ${opened.question.port} now are in no file that is loaded at boot: after it, the port is open.`,
        {
          evidence: [decisionEvidence(opened.now.by)],
          advice: [
            'Write them where they are loaded at boot: nft list ruleset > /etc/nftables.conf; systemctl enable nftables, or what your firewall has for it',
          ],
        },
      ),
    ];
  const source =
    files.length > 0 ? `The rules of ${files.join(', ')}` : 'The packet filter, which nothing fills at boot,';
  return [
    checked(
      'firewall',
      'good',
      `${source} ${files.length > 0 ? 'treat' : 'treats'} connections to port ${ports} as those of now do.`,
    ),
  ];
}

/** The rule was read from the rules as they came out of the file. */
const loaded = (evidence: Evidence): Evidence => ({ ...evidence, section: `boot:${evidence.section}` });

function lostCheck({ question, after }: Both, files: readonly string[], whole: boolean, live: Ruleset): PreflightCheck {
  const by = after.by ? [loaded(decisionEvidence(after.by))] : [];
  const verb = after.verdict === 'drop' ? 'drop' : 'reject';
  const standing = live.chains.some(({ rules }) => rules.length > 0)
    ? ', which the rules in the kernel let in now'
    : ', which are let in now';
  return checked(
    'firewall',
    whole ? 'bad' : 'unknown',
    `The rules of ${files.join(', ')}, loaded at boot, ${verb} connections from ${question.from} to port ${question.port}${standing}.`,
    {
      evidence: by,
      advice: [
        `Add what lets it in to ${files[0] ?? 'the rules file'}, or write the rules of now there`,
        'Then ask again: sshwhy preflight',
      ],
      cause: after.verdict === 'drop' ? 'firewall/host-drop' : 'firewall/host-reject',
    },
  );
}

/** Asked about nobody in particular: whoever is logged in now, and somebody from anywhere. */
function questions(bundle: Bundle, attempt: Attempt): readonly Question[] {
  const ports = attempt.port === undefined ? (portsAfter(bundle) ?? [22]) : [attempt.port];
  const standing = connections.read(bundle);
  const peers =
    attempt.from === undefined && standing.known
      ? [...new Set(standing.value.map(({ peer }) => peer))].slice(0, 20)
      : [];
  return ports.flatMap((port) => [...peers.map((from) => ({ from, port })), ...questionsOf([], { ...attempt, port })]);
}

function zoneChecks(bundle: Bundle, attempt: Attempt, runs: boolean): PreflightCheck[] {
  const [now, then] = [zonesNow.read(bundle), zonesThen.read(bundle)];
  if (!runs)
    return [
      doubt(
        'firewalld is enabled but does not run now: what it will let in was not seen.',
        [],
        ['firewall-offline-cmd --list-all-zones'],
      ),
    ];
  if (!then.known || !then.value)
    return [
      unseen('firewall', "firewalld's permanent rules", {
        section: 'boot:firewalld',
        gap: then.known ? 'not-collected' : then.gap,
      }),
    ];
  if (!now.known || !now.value)
    return [
      unseen('firewall', "firewalld's rules of now", {
        section: 'firewalld',
        gap: now.known ? 'not-collected' : now.gap,
      }),
    ];
  const ports = attempt.port === undefined ? (portsAfter(bundle) ?? [22]) : [attempt.port];
  const active = [...now.value].filter(([, zone]) => zone.active);
  return active.flatMap(([name, zone]) =>
    ports.map((port) => {
      const after = then.value?.get(name);
      if (!after)
        return checked(
          'firewall',
          'bad',
          `firewalld's zone ${name} is not in its files: after the reboot it is gone.`,
          { evidence: cite('firewalld', zone.line, name), advice: ['firewall-cmd --runtime-to-permanent'] },
        );
      const [open, stays] = [zoneOpens(zone, port), zoneOpens(after, port)];
      if (open && !stays)
        return checked(
          'firewall',
          'bad',
          `firewalld's zone ${name} lets ssh in to port ${port} now, but not in its permanent configuration: after the reboot it is shut.`,
          {
            evidence: [...cite('firewalld', zone.line, zone.text), ...cite('boot:firewalld', after.line, after.text)],
            advice: [
              port === 22
                ? `firewall-cmd --permanent --zone=${name} --add-service=ssh`
                : `firewall-cmd --permanent --zone=${name} --add-port=${port}/tcp`,
            ],
          },
        );
      if (zone.body === after.body || (open && stays))
        return checked('firewall', 'good', `firewalld's zone ${name} treats port ${port} at boot as it does now.`);
      return doubt(
        `firewalld's zone ${name} is not the same in its files as it is now.`,
        cite('boot:firewalld', after.line, after.text),
        ['firewall-cmd --permanent --list-all'],
      );
    }),
  );
}

const zoneOpens = ({ services, ports }: Zones[string], port: number): boolean =>
  (port === 22 && services.includes('ssh')) || ports.includes(`${port}/tcp`);
