import { NO_PENALTY } from '../scripts.ts';
import type { Story } from '../story.ts';

const ON = "--on 'exec:console web1'";

export const story: Story = {
  name: 'maintain',
  title: 'Maintenance: only we, for a while',
  suite: 'bookworm',
  breakServer: `${NO_PENALTY}
    mkdir -p -m 700 /root/.ssh; printf '%s\\n' "$PUBKEY" >/root/.ssh/authorized_keys`,
  told: [
    'During the work nobody else shall log in. `sshwhy maintain begin` writes two small files, has sshd read it, asks the real sshd whom it would let in, and logs in afresh from here. Only when all of that is well does it stay:',
    {
      on: 'client',
      type: `sshwhy maintain begin alice@web1 ${ON} --allow 10.77.2.10 --for 2h --yes`,
      shows: /The maintenance window is open/,
    },
    'Whoever comes from elsewhere is turned away, here from a second address of the client; sessions that stand go on:',
    {
      on: 'client',
      type: 'ip addr add 10.77.2.11/24 dev eth0; ssh -o BatchMode=yes -b 10.77.2.11 alice@web1; ssh alice@web1 echo in',
      shows: /Permission denied[\s\S]*^in$/m,
    },
    { on: 'client', type: `sshwhy maintain status ${ON}`, shows: /open {3}only 10\.77\.2\.10/ },
    'The guard that ends it runs on the server, so it ends in time whatever becomes of this machine. The rules themselves lie in `/run`: a restart of the server ends it, too, and leaves a line that includes nothing, which `end` takes away. Until it is over, `sshwhy fix` changes nothing on that server. To end it before:',
    { on: 'client', type: `sshwhy maintain end ${ON}`, shows: /is over/ },
    'A window that would shut yourself out is refused. Your own address may be another one in the eyes of the server (`--from`); a door that is no login (`--on` a console or a cloud’s agent) stays open in any case, so there it is only a warning:',
    {
      on: 'client',
      type: 'sshwhy maintain begin root@web1 --allow 192.0.2.7 --for 2h --yes',
      shows: /your own address, 10\.77\.2\.10, is not among/,
    },
  ],
};
