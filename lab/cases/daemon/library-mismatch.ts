import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/library-mismatch',
    breakServer: 'mv "$(ldconfig -p | awk \'/libwrap/ { print $NF; exit }\')" /root/',
    fails: /Connection (closed|reset)/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client sees only a connection that ends before the banner',
  },
];
