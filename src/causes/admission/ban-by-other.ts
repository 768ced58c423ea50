import { sshdBinary, usesTcpWrappers } from '../../facts/binary.ts';
import { file } from '../../facts/files.ts';
import { barred, verdictFacts } from '../../facts/firewall/attempt.ts';
import { hostsAccess, hostsAllow, hostsDeny } from '../../facts/hosts-access.ts';
import { bansLog } from '../../facts/log.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

type Tool = 'sshguard' | 'CrowdSec' | 'DenyHosts';

interface Data {
  readonly from: string;
  readonly tool: Tool;
  /** Seconds, as the tool says it. */
  readonly seconds?: number;
  /** Line of /etc/hosts.deny that DenyHosts wrote. */
  readonly line?: number;
}

const denied = file('/etc/hosts.deny');

export const cause = defineCause<Data>({
  id: 'admission/ban-by-other',
  severity: 'blocks',
  title: 'A ban list holds the address of the client',
  why: 'sshguard, CrowdSec and DenyHosts read logs as fail2ban does and shut out addresses that failed too often; CrowdSec also takes over lists of what others have reported. An address behind a shared NAT or an old cloud address can be on such a list without any fault of its user.',
  refs: ['sshguard(8)', 'cscli decisions list', 'hosts_access(5)'],
  proofs: [
    proof({
      needs: { denied, hostsAllow, hostsDeny, sshdBinary },
      check({ denied: lines, hostsAllow: allow, hostsDeny: deny, sshdBinary: binary }, { from }) {
        const { outcome, rule } = from === undefined ? {} : hostsAccess(allow, deny, from);
        if (from === undefined || outcome !== 'deny' || !rule || !binary || !usesTcpWrappers(binary)) return undefined;
        // It notes each line that it writes in a comment above (denyhosts.cfg, BLOCK_SERVICE).
        const at = (lines ?? []).findIndex((line) => line.startsWith('# DenyHosts:') && line.includes(rule.text));
        if (at < 0 || rule.file !== '/etc/hosts.deny') return undefined;
        const evidence = [at + 1, rule.line].map(
          (line): Evidence => ({
            side: 'server',
            section: 'file:/etc/hosts.deny',
            line,
            text: lines?.[line - 1] ?? '',
          }),
        );
        const data: Data = { from, tool: 'DenyHosts', line: rule.line };
        return [{ data, subject: `DenyHosts ${from}`, verdict: 'confirmed', evidence }];
      },
    }),
    proof({
      needs: verdictFacts,
      helps: { bansLog },
      check({ bansLog: log, ...given }, attempt) {
        const { from } = attempt;
        const bar = from === undefined ? undefined : barred(given, attempt);
        if (from === undefined || (bar?.owner !== 'sshguard' && bar?.owner !== 'crowdsec')) return [];
        const tool: Tool = bar.owner === 'sshguard' ? 'sshguard' : 'CrowdSec';
        const said = (log ?? []).filter(({ message }) => message.includes(`"${from}`) || message.includes(` ${from} `));
        const blocking = said.findLast(({ message }) => /^Blocking /.test(message));
        const [, seconds] = / for (\d+) secs /.exec(blocking?.message ?? '') ?? [];
        const evidence: Evidence[] = [
          ...bar.evidence,
          ...said
            .slice(-3)
            .map(({ line, message }): Evidence => ({ side: 'server', section: 'log-bans', line, text: message })),
        ];
        const data: Data = { from, tool, ...(seconds === undefined ? {} : { seconds: Number(seconds) }) };
        return [{ data, subject: `${tool} ${from}`, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ from, tool, seconds, line }) =>
    line !== undefined
      ? `DenyHosts has banned ${from} by line ${line} of /etc/hosts.deny.`
      : `${tool} has banned ${from}${seconds === undefined ? '' : ` for ${seconds} seconds`}; its table of the packet filter drops every packet from there.`,
  masks: ['admission/tcp-wrappers', 'firewall/host-drop', 'firewall/host-reject', 'firewall/path-filtered'],
  remedy: ({ from, tool }) => {
    if (tool === 'DenyHosts')
      return {
        refuse: 'DenyHosts keeps the address in files of its own and would write the line again',
        manual: [
          `Stop it, take ${from} out of /etc/hosts.deny and of the files in /var/lib/denyhosts, start it again.`,
          `To keep it out for good: a line ${from} in /var/lib/denyhosts/allowed-hosts.`,
        ],
      };
    const family = from.includes(':') ? 'ip6' : 'ip';
    const address = shellQuote(from);
    const element = `element ${family} sshguard attackers '{' ${address} '}'`;
    return tool === 'sshguard'
      ? {
          summary: `lift the ban of this one address (a line "${from}" in /etc/sshguard/whitelist keeps it out for good)`,
          risk: 'safe',
          where: 'server',
          changes: [command(`nft delete ${element}`, [`nft add ${element}`])],
        }
      : {
          summary: 'lift the decision against this one address',
          risk: 'safe',
          where: 'server',
          // How long it still had to run is not known; four hours is what CrowdSec gives (profiles.yaml).
          changes: [command(`cscli decisions delete --ip ${address}`, [`cscli decisions add --ip ${address}`])],
        };
  },
});
