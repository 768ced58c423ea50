import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'host/boot-incomplete',
    breakServer: `
      mkdir -p /run/systemd/system/rescue.service.d
      printf '[Service]\\nExecStartPre=\\nExecStart=\\nExecStart=/bin/sleep infinity\\nStandardInput=null\\n' > /run/systemd/system/rescue.service.d/quiet.conf
      systemctl daemon-reload
      systemctl --no-block isolate rescue.target
      i=0; while systemctl -q is-active ssh; do i=$((i + 1)); [ $i -lt 50 ]; sleep 0.1; done; sleep 1`,
    fails: /Connection refused/,
    undoLeaves: 'a machine goes on to its normal mode, and nobody is thrown out of it again',
    server: { verdict: 'confirmed', gates: { host: 'closed' } },
    joined: { verdict: 'confirmed', gates: { host: 'closed' } },
    client: { first: 'daemon/not-running', verdict: 'likely' },
  },
];
