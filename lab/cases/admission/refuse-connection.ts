import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'admission/refuse-connection',
    suites: ['trixie'],
    breakServer: `printf 'PerSourcePenalties no\\nMatch User alice\\n  RefuseConnection yes\\n' >> /etc/ssh/sshd_config
systemctl restart ssh`,
    fails: /Connection (closed|reset)/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client is told nothing',
  },
];
