import { attemptLog } from '../../facts/client/attempt.ts';
import { type Hang, hang } from '../../facts/client/hang.ts';
import { sshConfig } from '../../facts/client/ssh-config.ts';
import { setForTyped, typedHost } from '../../facts/client/ssh-config-edit.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Change } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly host: string;
  readonly address: string;
  /** The mark as ssh_config(5), IPQoS calls it. */
  readonly mark: string;
  readonly ipqos?: string;
  readonly change?: Change;
}

/** Names of ssh_config(5), IPQoS by DSCP (RFC 2474, 2597, 3246, 8622); the TOS byte holds two more bits. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'le',
  46: 'ef',
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7].map((n) => [n * 8, `cs${n}`])),
  ...Object.fromEntries([1, 2, 3, 4].flatMap((n) => [1, 2, 3].map((m) => [n * 8 + m * 2, `af${n}${m}`]))),
};

/** `lowdelay` and `throughput`, the defaults before 7.8, are old bits of the TOS byte and no DSCP. */
function nameOf(tos: number): string {
  return tos === 0x10 ? 'lowdelay' : tos === 0x08 ? 'throughput' : (NAMES[tos >> 2] ?? `0x${tos.toString(16)}`);
}

/** Whether packets with the mark are lost that pass without it; undefined where neither was answered. */
function split({ probes, tos }: Hang): { lost: boolean; evidence: Evidence[] } | undefined {
  const marked = probes.find((probe) => probe.tos === tos);
  const plain = probes.find((probe) => probe.tos === 0 && probe.size === marked?.size);
  if (!marked || !plain || plain.answered === 0 || marked.sent < 2) return undefined;
  const evidence = [plain, marked].map(
    ({ tos: mark, answered, sent, line }): Evidence => ({
      side: 'client',
      section: 'hang',
      line,
      text: `packets marked ${mark === 0 ? 'with nothing' : nameOf(mark)}: ${answered > 0 ? 'answered' : `none of ${sent} answered`}`,
    }),
  );
  return { lost: marked.answered === 0, evidence };
}

export const cause = defineCause<Data>({
  id: 'network/dscp-drop',
  severity: 'blocks',
  title: 'Packets that ssh marks for priority are lost on the way',
  why: 'Once logged in, ssh marks its packets (IPQoS: af21 and cs1, since 10.1 ef from the beginning). Some routers, VPNs and virtual machines drop packets with such marks. Then everything works up to the moment of the login, and the session hangs before its first prompt; with IPQoS=none it works.',
  refs: ['ssh_config(5), IPQoS', 'RFC 2474', 'packet.c, ssh_packet_set_tos()'],
  proofs: [
    proof({
      needs: { attemptLog, hang },
      helps: { sshConfig },
      check({ attemptLog: log, hang: stuck, sshConfig: config }, { host }) {
        if (stuck.resent === 0 || stuck.tos >> 2 === 0) return [];
        const tried = split(stuck);
        if (tried ? !tried.lost : !log.authenticated) return [];
        const ipqos = config?.options.get('ipqos')?.[0];
        const mark = nameOf(stuck.tos);
        const evidence: Evidence[] = [
          { side: 'client', section: 'attempt', line: log.log.at(-1)?.line, text: log.log.at(-1)?.text ?? log.stage },
          {
            side: 'client',
            section: 'hang',
            text: `the connection is marked ${mark}, and what it sends is not acknowledged (sent again ${stuck.resent} times)`,
          },
          ...(tried?.evidence ?? []),
        ];
        const change = config && setForTyped(config, 'IPQoS', 'none');
        const data = {
          host: config ? typedHost(config) : (host ?? stuck.address),
          address: stuck.address,
          mark,
          ...(ipqos && { ipqos }),
          ...(change && { change }),
        };
        // Without an answer to the unmarked ones either, the way may have broken for everything at that moment.
        const verdict = tried ? 'confirmed' : 'possible';
        return [{ data, verdict, evidence, closes: log.authenticated ? 'session' : 'handshake' }];
      },
    }),
  ],
  says: ({ address, mark, ipqos }) =>
    `Packets to ${address} that are marked ${mark} are lost on the way, unmarked ones pass: ssh${ipqos === undefined ? '' : ` (IPQoS ${ipqos})`} hangs as soon as it marks its own.`,
  remedy: ({ host, change }) =>
    change === undefined
      ? {
          refuse: 'this host cannot stand in a Host line of ~/.ssh/config',
          manual: [`ssh -o IPQoS=none ${shellQuote(host)}`],
        }
      : {
          summary: `leave packets to ${host} unmarked (put in front of ~/.ssh/config); if the server's answers are lost as well, IPQoS none in its sshd_config too`,
          risk: 'safe',
          where: 'client',
          changes: [change],
        },
});
