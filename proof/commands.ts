export interface Run {
  readonly name: string;
  readonly kind: 'oracle' | 'bench';
  readonly title: string;
  /** What the numbers are about. */
  readonly says: string;
  readonly words: readonly string[];
  /** Lines to show; undefined: all. */
  readonly keep?: RegExp;
}

const oracle = (file: string, ...more: readonly string[]): readonly string[] => [
  ...['npx', 'tsx', `oracle/${file}.ts`, '--seed', '1'],
  ...more,
];
const bench = (file: string): readonly string[] => ['npx', 'tsx', `bench/${file}.ts`];

export const RUNS: readonly Run[] = [
  {
    ...{ name: 'sshd', kind: 'oracle', title: "sshd's configuration", words: oracle('sshd') },
    says: 'Random configurations and connections, by `sshd -T -C` of three releases and by the evaluator.',
    keep: /agrees|difference|questions/,
  },
  {
    ...{ name: 'access', kind: 'oracle', title: 'Who is let in', words: oracle('access') },
    says: 'Random accounts, keys, certificates, modes and rules, each tried with a real login.',
    keep: /states/,
  },
  {
    ...{ name: 'firewall', kind: 'oracle', title: 'Firewalls', words: oracle('firewall') },
    says: 'Random rulesets and packets, by this kernel and by the evaluator: the verdict and the rule that decides.',
    keep: /agree|packets/,
  },
  {
    ...{ name: 'negotiation', kind: 'oracle', title: 'Negotiation', words: oracle('negotiation') },
    says: 'Random offers of algorithms, by real clients and servers and by the table of the report.',
    keep: /agree/,
  },
  {
    ...{ name: 'harden', kind: 'oracle', title: 'Hardening', words: oracle('harden') },
    says: 'Random configurations that a profile is applied to: sshd takes them, and the profile then passes.',
    keep: /configurations|differ/,
  },
  {
    ...{ name: 'logs', kind: 'bench', title: 'Reading logs', words: bench('logs') },
    says: 'The same lines, read by sshwhy, sshguard and fail2ban.',
  },
  {
    ...{ name: 'fleet', kind: 'bench', title: 'Many hosts', words: bench('fleet') },
    says: 'The same targets, asked by sshwhy, ssh-keyscan and ssh-audit.',
  },
  {
    ...{ name: 'peers', kind: 'bench', title: 'Hardening findings', words: bench('harden') },
    says: 'What ssh-audit and lynis find on the same hosts, and what sshwhy says of it.',
    keep: /findings/,
  },
];
