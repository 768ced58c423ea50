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
    '## Who can log in, over all of them',
    'Somebody leaves. `sshwhy fleet keys` looks at the keys of each server as `sshwhy keys` does at those of one ([Who can log in here](keys.md)), and adds them up: which key opens most hosts, and as whom; what shows only across hosts, such as one key for several people, or a private key that lies on one server and opens another. It has to be root to see all (here by the console; with ssh `-l root`, or any door with `--on`). These four are one machine, so that they also have the same host keys:',
    {
      on: 'client',
      type: "sshwhy fleet keys -f hosts.ini --group web --on 'exec:console {name}' --out keys.jsonl",
      shows: /4 hosts in [\s\S]*Keys: 1 key opens 8 accounts; all hosts were seen whole/,
    },
    'Where does a key get in? `--key` takes the file of a public key, a file of several, or a fingerprint, and asks the servers, or a run that was kept. Each way is told with its restrictions, its line, and when the log saw it last; so is what is closed already, and a way over other servers, where the private half of a key lies that opens the next:',
    {
      on: 'client',
      type: 'sshwhy fleet report keys.jsonl --key ~/.ssh/id_ed25519; echo $?',
      shows: /opens 8 accounts on 4\s+hosts\.[\s\S]*✔ alice@web-1[\s\S]*keys revoke SHA256[\s\S]*\n1$/,
    },
    'It exits with 1 as long as the key opens anything, with 3 when a host was not seen whole, and with 0 only when all was seen and the key opens nothing. Without root only your own keys can be read, and the rest is not known, never "clean":',
    {
      on: 'client',
      type: "ssh-keygen -q -t ed25519 -N '' -C leaver@oldlaptop -f ~/.ssh/leaver; sshwhy fleet keys -f hosts.ini --group web --key ~/.ssh/leaver.pub -o StrictHostKeyChecking=accept-new; echo $?",
      shows: /opens nothing that was\s+seen on 4 hosts\. Of 4 hosts it is not known[\s\S]*\n3$/,
    },
    'Two runs are held against each other grant by grant. A way in that came counts as worse, because somebody has to know of it:',
    {
      on: 'client',
      type: "ssh alice@web1 'cat >>.ssh/authorized_keys' <~/.ssh/leaver.pub",
      shows: /^$/,
    },
    {
      on: 'client',
      type: "sshwhy fleet keys -f hosts.ini --allow web-1 --on 'exec:console {name}' --out later.jsonl >/dev/null; sshwhy fleet diff keys.jsonl later.jsonl | head -4",
      shows: /web-1 +worse[\s\S]*\+ alice: .*leaver@oldlaptop/,
    },
    "`--people FILE` holds everybody's public keys, a line each: a key that is not among them is of nobody. `--unused 90d` and `--max-age 365d` are those of `sshwhy keys audit`; `--fail-on` says which findings fail a pipeline. `fleet drift` tells which host of a group lets in somebody whom the others do not, and `sshwhy serve --keys keys.jsonl` shows who reaches what.",
    '## From where to where',
    'Not every place may reach every host, and some must not. `--vantage` has the question asked from other machines: `[user@]host` by your own ssh, a door such as `docker:NAME`, or `here`. Each asks each host once, 16 at a time, with whatever it has (bash, nc, curl, ssh-keyscan or busybox), and one login at a machine is good for 64 hosts:',
    {
      on: 'server',
      type: 'nft add rule inet filter input ip saddr 10.77.2.10 ip daddr 10.77.2.102 tcp dport 22 drop',
      shows: /^$/,
    },
    {
      on: 'client',
      type: 'sshwhy fleet check -f hosts.ini --timeout 2 --vantage here --vantage alice@web1',
      shows: /from here +from alice@web1[\s\S]*web-2 [\s\S]*reached from alice@web1 only/,
    },
    'Places that see the same are one column, hosts that look the same from everywhere one row. What could not be seen is not known, and no place is said to be the only one then. With `--json` each line has its `vantage`, and a line `vantages` has the table.',
    'Exit status: 1 when a gate is closed somewhere or a control fails, 3 when no host could be looked at (from one of the places, with `--vantage`), 0 otherwise. Hosts behind a jump host are not dialled by `check`; `server` and `harden` reach them as your own ssh does. Any other door takes the place of ssh: `--on docker:{name}`. With `--queue` the hosts are asked by workers on other machines, and killing some of them loses none: [Many hosts, asked by many workers](fleet-queue.md).',
  ],
};
