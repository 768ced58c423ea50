/** What is kept of an object: `true` a plain value, a list of one shape, or members. Everything else is dropped. */
export type Shape = true | readonly [Shape] | { readonly [key: string]: Shape };

const group = { GroupId: true, GroupName: true } as const;
const privateAddress = { PrivateIpAddress: true, Association: { PublicIp: true } } as const;
const networkInterface = {
  NetworkInterfaceId: true,
  SubnetId: true,
  Groups: [group],
  PrivateIpAddress: true,
  PrivateIpAddresses: [privateAddress],
  Association: { PublicIp: true },
  Ipv6Addresses: [{ Ipv6Address: true }],
  Attachment: { InstanceId: true },
} as const;

const reference = { id: true } as const;
const azureRule = {
  name: true,
  priority: true,
  direction: true,
  access: true,
  protocol: true,
  sourceAddressPrefix: true,
  sourceAddressPrefixes: [true],
  expandedSourceAddressPrefix: [true],
  sourceApplicationSecurityGroups: [reference],
  sourcePortRange: true,
  sourcePortRanges: [true],
  destinationAddressPrefix: true,
  destinationAddressPrefixes: [true],
  expandedDestinationAddressPrefix: [true],
  destinationApplicationSecurityGroups: [reference],
  destinationPortRange: true,
  destinationPortRanges: [true],
} as const;

const gcpFirewall = {
  name: true,
  network: true,
  priority: true,
  direction: true,
  disabled: true,
  sourceRanges: [true],
  sourceTags: [true],
  sourceServiceAccounts: [true],
  destinationRanges: [true],
  targetTags: [true],
  targetServiceAccounts: [true],
  allowed: [{ IPProtocol: true, ports: [true] }],
  denied: [{ IPProtocol: true, ports: [true] }],
} as const;

/**
 * What is kept of each kind of answer of the clouds' own command lines: only what decides. User data, keys, connection
 * strings, descriptions and tags never get any further.
 */
export const SHAPES = {
  'aws-security-groups': {
    ...group,
    IpPermissions: [
      {
        IpProtocol: true,
        FromPort: true,
        ToPort: true,
        IpRanges: [{ CidrIp: true }],
        Ipv6Ranges: [{ CidrIpv6: true }],
        PrefixListIds: [{ PrefixListId: true }],
        UserIdGroupPairs: [{ GroupId: true }],
      },
    ],
  },
  'aws-network-acls': {
    NetworkAclId: true,
    Associations: [{ SubnetId: true }],
    Entries: [
      {
        RuleNumber: true,
        Egress: true,
        Protocol: true,
        RuleAction: true,
        CidrBlock: true,
        Ipv6CidrBlock: true,
        PortRange: { From: true, To: true },
      },
    ],
  },
  'aws-instances': {
    InstanceId: true,
    SubnetId: true,
    PrivateIpAddress: true,
    PublicIpAddress: true,
    SecurityGroups: [group],
    NetworkInterfaces: [networkInterface],
  },
  'aws-network-interfaces': networkInterface,
  'aws-prefix-lists': { PrefixListId: true, Entries: [{ Cidr: true }], Cidrs: [true] },
  'aws-subnets': { SubnetId: true, CidrBlock: true, Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: true }] },
  'azure-nsgs': {
    id: true,
    name: true,
    subnets: [reference],
    securityRules: [azureRule],
    defaultSecurityRules: [azureRule],
  },
  'azure-effective': {
    association: { subnet: reference, networkInterface: reference, networkManager: reference },
    networkSecurityGroup: reference,
    effectiveSecurityRules: [azureRule],
  },
  'azure-nics': {
    id: true,
    name: true,
    networkSecurityGroup: reference,
    ipConfigurations: [
      {
        privateIPAddress: true,
        privateIpAddress: true,
        subnet: reference,
        applicationSecurityGroups: [reference],
        publicIPAddress: { ipAddress: true },
      },
    ],
  },
  'azure-subnets': { id: true, addressPrefix: true, addressPrefixes: [true], networkSecurityGroup: reference },
  'azure-addresses': {
    name: true,
    privateIpAddresses: [true],
    publicIpAddresses: [{ ipAddress: true }],
  },
  'azure-admin-rules': {
    id: true,
    name: true,
    access: true,
    direction: true,
    priority: true,
    protocol: true,
    sources: [{ addressPrefix: true }],
    destinations: [{ addressPrefix: true }],
    sourcePortRanges: [true],
    destinationPortRanges: [true],
  },
  'gcp-firewall-rules': gcpFirewall,
  'gcp-effective': {
    firewalls: [gcpFirewall],
    firewallPolicys: [
      {
        name: true,
        shortName: true,
        displayName: true,
        type: true,
        rules: [
          {
            priority: true,
            ruleName: true,
            direction: true,
            action: true,
            disabled: true,
            targetServiceAccounts: [true],
            targetSecureTags: [{ name: true }],
            match: {
              srcIpRanges: [true],
              destIpRanges: [true],
              srcAddressGroups: [true],
              srcFqdns: [true],
              srcRegionCodes: [true],
              srcThreatIntelligences: [true],
              srcSecureTags: [{ name: true }],
              srcNetworkScope: true,
              srcNetworkType: true,
              srcNetworkContext: true,
              srcNetworks: [true],
              destAddressGroups: [true],
              destFqdns: [true],
              destRegionCodes: [true],
              destThreatIntelligences: [true],
              layer4Configs: [{ ipProtocol: true, ports: [true] }],
            },
          },
        ],
      },
    ],
  },
  'gcp-instances': {
    name: true,
    tags: { items: [true] },
    serviceAccounts: [{ email: true }],
    networkInterfaces: [
      {
        name: true,
        network: true,
        networkIP: true,
        accessConfigs: [{ natIP: true }],
        ipv6Address: true,
        ipv6AccessConfigs: [{ externalIpv6: true }],
      },
    ],
  },
  'gcp-networks': { name: true, networkFirewallPolicyEnforcementOrder: true },
} as const satisfies Record<string, Shape>;

export type CloudKind = keyof typeof SHAPES;
export const CLOUD_KINDS = Object.keys(SHAPES) as readonly CloudKind[];
