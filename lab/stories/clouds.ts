import { answerFile, routerDrops } from '../clouds.ts';
import type { Story } from '../story.ts';

export const story: Story = {
  name: 'clouds',
  title: 'The firewall of the cloud: AWS, Azure, Google Cloud',
  suite: 'bookworm',
  topology: 'router',
  breakRouter: routerDrops('ip saddr != 203.0.113.0/24 tcp dport 22'),
  // The lab's cloud is its router; this stands in for the command line that asks and changes it.
  commands: ({ router }) => ({
    aws: `case "$2" in
describe-instances) cat '${answerFile('aws/instances')}' ;;
describe-security-groups) cat '${answerFile('aws/security-groups')}' ;;
describe-network-acls) cat '${answerFile('aws/network-acls-open')}' ;;
describe-subnets) cat '${answerFile('aws/subnets')}' ;;
authorize-security-group-ingress) nsenter -t ${router?.pid} -n nft insert rule inet cloud forward ip saddr 10.77.1.10 tcp dport 22 accept ;;
*) exit 2 ;;
esac`,
  }),
  told: [
    'A cloud filters in front of the machine, where no command on the machine shows it. What its rules do not let in is dropped without a word, so the login times out:',
    { on: 'client', type: 'ssh -o ConnectTimeout=5 alice@web1', shows: /timed out/ },
    'With `--cloud`, sshwhy asks the cloud itself, by your own `aws`, `az` or `gcloud`, as whoever you are logged in there:',
    {
      on: 'client',
      type: 'sshwhy alice@web1 --cloud aws:i-0123456789abcdef0',
      shows: /likely · firewall\/aws-security-group[\s\S]*authorize-security-group-ingress/,
    },
    'Each rule that is about the port is held against this very login, field by field. The rule that was meant to let one in names an old network. The verdict is `confirmed` when it is certain which machine was dialled, where the packets come from and what every rule says; here the client has a private address, which may be translated on the way. What is advised is the narrowest rule, with what takes it back:',
    {
      on: 'client',
      type: "aws ec2 authorize-security-group-ingress --group-id=sg-0aaaaaaaaaaaaaaa1 --ip-permissions='IpProtocol=tcp,FromPort=22,ToPort=22,IpRanges=[{CidrIp=10.77.1.10/32}]'",
      shows: /^$/,
    },
    { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
    `## What can be given

* \`--cloud aws:INSTANCE_ID\`, \`--cloud azure:RESOURCE_GROUP/VM\`, \`--cloud gcp:PROJECT/ZONE/INSTANCE\`: asked at once, at most 40 seconds in all. Region and account are those of your command line (\`AWS_REGION\`, \`AWS_PROFILE\`, \`az account set\`).
* \`--cloud FILE\`, as often as you like: what somebody else got from these commands. What is in a file is told by its content.
* \`--from ADDRESS\`: the address that the cloud sees. Behind a router or VPN your own is another one; without it, sshwhy says only what holds for every public address.

All of it works with \`sshwhy HOST\`, with \`--on DOOR\` (then the host's own firewall is asked too, and both may be closed), and with \`sshwhy server --from ADDRESS\`. \`--save\` keeps it in the [bundle](../bundle.md): only the fields that decide, never user data, keys or tags.

## Which commands are run

They only read. \`--cloud-print\` prints them and runs nothing:`,
    {
      on: 'client',
      type: 'sshwhy web1 --cloud aws:i-0123456789abcdef0 --cloud azure:web/web1 --cloud gcp:my-project/europe-west3-a/web1 --cloud-print',
      shows: /describe-instances[\s\S]*list-effective-nsg[\s\S]*get-effective-firewalls/,
    },
    `Words in capitals are filled in from the answers before.

| cloud | what your account has to be allowed |
|---|---|
| AWS | \`ec2:DescribeInstances\`, \`ec2:DescribeSecurityGroups\`, \`ec2:DescribeNetworkAcls\`, \`ec2:DescribeSubnets\`, \`ec2:DescribeNetworkInterfaces\`, \`ec2:GetManagedPrefixListEntries\` |
| Azure | the role Reader, and \`Microsoft.Network/networkInterfaces/effectiveNetworkSecurityGroups/action\` (the machine has to run for it; without it the groups themselves are read) |
| Google Cloud | \`compute.instances.get\`, \`compute.instances.getEffectiveFirewalls\`, \`compute.networks.get\`, \`compute.firewalls.list\` |

A command that fails is named under "Not seen from here" with what to do: log in again, ask for a permission, set the region.

## What is understood

* **AWS**: [security groups](../causes/firewall/aws-security-group.md) (all groups of the interface, prefix lists, references to groups) and [network ACLs](../causes/firewall/aws-network-acl.md) in both directions.
* **Azure**: [the rules of the network manager, then the groups of subnet and interface](../causes/firewall/azure-nsg.md). Service tags are known when the rules in force are given (\`az network nic list-effective-nsg\`).
* **Google Cloud**: [hierarchical policies, VPC rules, network policies](../causes/firewall/gcp-vpc.md), with tags and service accounts of the machine.

What cannot be decided (a tag that is not expanded, names, countries, lists of threats, a group that was not given) makes the answer a possibility that says what would settle it. A load balancer or a firewall appliance of the cloud in front of the machine is not looked at.`,
  ],
};
