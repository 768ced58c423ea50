import { kexinit } from '../../facts/client/kexinit.ts';
import { tcp } from '../../facts/client/tcp.ts';
import { spareFix } from '../../facts/firewall/allow.ts';
import { decisionEvidence, lastOf, questionsOf, verdictFacts } from '../../facts/firewall/attempt.ts';
import { judge, type Owner, ownerOf } from '../../facts/firewall/index.ts';
import { accepts } from '../../facts/listeners.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';
import type { Fix } from '../../model/remedy.ts';

interface Data {
  readonly from: string;
  readonly port: number;
  readonly to: string;
  readonly owner: Owner;
  readonly rule: string;
  /** Who listens there, where it is this machine. */
  readonly holder?: string;
  readonly elsewhere: boolean;
  readonly banner?: string;
  readonly fix?: Fix;
}

export const cause = defineCause<Data>({
  id: 'firewall/port-redirected',
  severity: 'blocks',
  title: 'A rule sends the port elsewhere than to sshd',
  why: 'A rule of nat (DNAT, REDIRECT) rewrites where the connection goes before the server looks who listens: to a container that publishes the port, to a honeypot, or to a port on which nothing listens. sshd runs, listens and is allowed, and still the connection never comes to it.',
  refs: ['nft(8), NAT STATEMENTS', 'iptables-extensions(8), DNAT, REDIRECT'],
  proofs: [
    proof({
      needs: verdictFacts,
      helps: { kexinit, tcp },
      check({ firewall, daemon, kexinit: greetings, tcp: seen }, attempt) {
        const [question] = questionsOf(daemon.listening, attempt);
        if (!question) return [];
        const judgement = judge(firewall, question);
        const { verdict, at, translatedBy: by } = judgement;
        if (!by?.rule || (verdict !== 'accept' && verdict !== 'forward')) return [];
        const elsewhere = verdict === 'forward';
        const port = at?.port;
        const reached = daemon.all.filter((one) => one.port === port && accepts(one, at?.address ?? '*'));
        // It comes to an SSH daemon all the same: a second port for it, made on purpose.
        if (!elsewhere && (port === question.port || reached.some((one) => daemon.listening.includes(one)))) return [];
        const own = daemon.listening.find((one) => one.port === question.port);
        const owner = ownerOf(by, []);
        const banner = greetings?.probes.find((one) => one.port === question.port)?.banner;
        const [holder] = reached.flatMap(({ processes }) => processes.map(({ name }) => name));
        // Where it is let go on purpose is not for us to take back.
        const fix = attempt.from === undefined || owner === 'docker' || !own ? undefined : spareFix(by, question);
        const evidence: Evidence[] = [
          decisionEvidence(by),
          ...(own ? [{ side: 'server', section: 'listeners', line: own.line, text: own.text } as const] : []),
          ...reached.map(({ line, text }): Evidence => ({ side: 'server', section: 'listeners', line, text })),
        ];
        const data: Data = {
          from: attempt.from ?? 'anybody',
          port: question.port,
          to: elsewhere
            ? `${at?.address ?? 'another machine'}${port === undefined ? '' : ` port ${port}`}`
            : `port ${port ?? '?'} of this machine`,
          owner,
          rule: by.rule.text,
          elsewhere,
          ...(holder === undefined ? {} : { holder }),
          ...(banner === undefined ? {} : { banner }),
          ...(fix ? { fix } : {}),
        };
        // Somebody else opened, and perhaps greeted: the login ends with them.
        const opened = seen?.probes.some(({ outcome }) => outcome === 'open');
        const closes = banner !== undefined ? 'handshake' : opened ? 'daemon' : undefined;
        const certain = own && attempt.from !== undefined && !judgement.presumed;
        return [
          {
            data,
            subject: by.rule.text,
            verdict: certain ? 'confirmed' : 'likely',
            evidence,
            trace: lastOf(judgement).steps,
            ...(closes ? ({ closes } as const) : {}),
          },
        ];
      },
    }),
  ],
  says: ({ from, port, to, owner, rule, holder, elsewhere, banner }) => {
    const who = elsewhere ? '' : holder === undefined ? ', where nothing listens' : `, where ${holder} listens`;
    return `A rule of ${owner} sends connections from ${from} to port ${port} on to ${to}${who}, not to sshd: ${rule}${banner === undefined ? '' : ` (what answers says ${banner})`}.`;
  },
  masks: [
    'firewall/host-drop',
    'firewall/host-reject',
    'firewall/path-filtered',
    'network/wrong-service',
    'daemon/not-running',
    'handshake/host-key-changed',
  ],
  remedy: ({ fix, owner, port }) =>
    fix ?? {
      refuse:
        owner === 'docker'
          ? 'a container publishes the port, and would be cut off'
          : 'whoever made the rule wants the port for something else',
      manual: [
        owner === 'docker'
          ? `Publish the container on another port (docker run -p 2222:${port}), or let sshd listen on another one.`
          : `Take the rule out in the tool that owns it, or let sshd listen on another port than ${port}.`,
      ],
    },
});
