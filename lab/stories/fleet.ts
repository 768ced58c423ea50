import type { Story } from '../story.ts';

const INVENTORY = [
  '[web]',
  'web-1 ansible_host=10.77.2.101',
  'web-2 ansible_host=10.77.2.102',
  'web-3 ansible_host=10.77.2.103',
  'web-4 ansible_host=10.77.2.104',
  '[db]',
  'db-1 ansible_host=10.77.2.105',
  'db-2 ansible_host=10.77.2.106 ansible_port=2222',
  'db-3 ansible_host=db-3.invalid',
  '[all:vars]',
  'ansible_user=alice',
];

export const story: Story = {
  name: 'fleet',
  title: 'Many hosts at once: which are out of reach, and what have they in common?',
  suite: 'bookworm',
  // Several machines in one: what tells them apart here is their addresses.
  breakServer: `
    device=$(ip -o -4 addr show to $SERVER | awk '{ print $2; exit }')
    for i in 1 2 3 4 5 6; do ip addr add 10.77.2.10$i/24 dev $device; done
    nft add table inet filter
    nft add chain inet filter input '{ type filter hook input priority 0; }'
    nft add rule inet filter input ip daddr '{ 10.77.2.103, 10.77.2.104 }' tcp dport 22 drop`,
  told: [
    'Whatever lists your hosts will do: a plain list, CSV, an inventory of Ansible (INI, YAML, JSON, or a program that prints it), your `ssh_config`, your `known_hosts`. Here is an inventory of Ansible:',
    { on: 'client', type: `printf '%s\\n' ${INVENTORY.map((line) => `'${line}'`).join(' ')} >hosts.ini`, shows: /^$/ },
    'One connection is made to each host, no login is tried. What they have in common stands first:',
    {
      on: 'client',
      type: 'sshwhy fleet check -f hosts.ini --timeout 2 --matrix',
      shows: /web-3[\s\S]*7 hosts in [\s\S]*3 open, 4 closed[\s\S]*2 × firewall\/host-drop[\s\S]*web-3, web-4/,
    },
    'A group, a tag, a pattern narrow it down; `--block` keeps hosts from ever being asked, even where a name leads to them. Each host is a line of JSON, as it comes, for what you do next:',
    {
      on: 'client',
      type: `sshwhy fleet check -f hosts.ini --group web --block 10.77.2.104 --timeout 2 --json | sed -n 's/.*"name":"\\([^"]*\\)".*"outcome":"\\([a-z-]*\\)","\\(found\\|gate\\)".*/\\1 \\2/p' | sort`,
      shows: /^web-1 open\nweb-2 open\nweb-3 closed$/m,
    },
    'Keep a run with `--out`, and the next one can be compared with it; a run that was interrupted goes on with `--resume`:',
    {
      on: 'client',
      type: 'sshwhy fleet check -f hosts.ini --timeout 2 --out monday.jsonl >/dev/null; echo $?',
      shows: /^1$/m,
    },
    { on: 'server', type: 'nft flush chain inet filter input', shows: /^$/ },
    {
      on: 'client',
      type: 'sshwhy fleet check -f hosts.ini --timeout 2 --out tuesday.jsonl >/dev/null; echo $?',
      shows: /^1$/m,
    },
    { on: 'client', type: 'sshwhy fleet diff monday.jsonl tuesday.jsonl', shows: /web-3 +better[\s\S]*web-4 +better/ },
    'A run that was kept can be made into a page (`--html`), a ticket (`--markdown`), JUnit or SARIF at any time, also while it still goes on:',
    {
      on: 'client',
      type: 'sshwhy fleet report monday.jsonl --html monday.html --markdown monday.md >/dev/null; sed 12q monday.md',
      shows: /host-drop/,
    },
    'Where you can log in, `sshwhy fleet server` looks at the servers themselves, with one login and one script each, and `sshwhy fleet harden` holds them against a profile:',
    {
      on: 'client',
      type: 'sshwhy fleet server -f hosts.ini --group web -o StrictHostKeyChecking=accept-new --out web.jsonl',
      shows: /^4 hosts in .*open/m,
    },
    'Hosts of one group should be alike. `fleet drift` says in what they are not, which have it otherwise, and where that stands; here one machine answers for all of them:',
    {
      on: 'client',
      type: 'sshwhy fleet drift web.jsonl --alike web',
      shows: /4 hosts: .* the same/,
    },
    {
      on: 'client',
      type: 'sshwhy fleet harden -f hosts.ini --group web -o StrictHostKeyChecking=accept-new | head -12',
      shows: /4 × /,
    },
    'Exit status: 1 when a gate is closed somewhere or a control fails, 3 when no host could be looked at, 0 otherwise. Hosts behind a jump host are not dialled by `check`; `server` and `harden` reach them as your own ssh does. Any other door takes the place of ssh: `--on docker:{name}`. With `--queue` the hosts are asked by workers on other machines, and killing some of them loses none: [Many hosts, asked by many workers](fleet-queue.md).',
  ],
};
