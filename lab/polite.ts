import { ask } from './ask.ts';
import type { Lab } from './host.ts';
import type { Outcome } from './trial.ts';

/** A server on which the connections and authentication attempts of one diagnosis are counted. */
export interface Polite {
  readonly name: string;
  readonly setupServer?: string;
  /** Connections that the diagnosis must cost; zero where none can stand. */
  readonly connections: number;
  readonly attempts: number;
}

export const polite: readonly Polite[] = [
  { name: 'login works', connections: 2, attempts: 1 },
  { name: 'key refused', setupServer: 'rm /home/alice/.ssh/authorized_keys', connections: 2, attempts: 1 },
  { name: 'user unknown', setupServer: 'userdel alice', connections: 2, attempts: 1 },
];

/** SYNs are counted by the kernel, connections that tried to authenticate by sshd's own log, each by its process. */
const COUNT = `
nft -f - <<'EOF'
table inet tally {
  chain input {
    type filter hook input priority filter; policy accept;
    tcp dport 22 tcp flags & (syn | ack) == syn counter
  }
}
EOF
sed -i '1i LogLevel VERBOSE' /etc/ssh/sshd_config
systemctl restart ssh`;

const READ = `
printf 'connections '; nft list table inet tally | grep -o 'packets [0-9]*' | cut -d ' ' -f 2
printf 'attempts '; journalctl -q --no-pager -o short _COMM=sshd + _COMM=sshd-session |
  grep -E ': (Accepted|Failed) publickey|: (Connection (closed|reset) by|Disconnected from) (authenticating|invalid) user' |
  grep -o '[[0-9]*]:' | sort -u | wc -l`;

/** One diagnosis from the client must cost what is promised, and one through a door nothing more. */
export async function tryPolite(lab: Lab, { setupServer, ...wanted }: Polite): Promise<Outcome> {
  const setup = await lab.host.run(`set -e\n${setupServer ?? ''}\n${COUNT}`);
  if (setup.code !== 0) return { problems: [`setup script: ${setup.stderr}`], seen: {} };
  const problems: string[] = [];
  const expected = { server: { connections: 0, attempts: 0 }, client: wanted } as const;
  for (const mode of ['server', 'client'] as const) {
    const answer = await ask(lab, mode, {});
    problems.push(...answer.problems);
    // sshd writes its last line when the connection has ended.
    const counted = (await lab.host.run(`sleep 0.5\n${READ}`)).stdout;
    for (const what of ['connections', 'attempts'] as const) {
      const seen = Number(new RegExp(`${what} (\\d+)`).exec(counted)?.[1] ?? Number.NaN);
      if (seen !== expected[mode][what]) problems.push(`${mode}: ${what} ${seen}, promised ${expected[mode][what]}`);
    }
  }
  return { problems, seen: {} };
}
