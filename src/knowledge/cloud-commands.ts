/** Command that makes a section of a cloud, as a person would type it; words in capitals are to be filled in. Read-only. */
export const CLOUD_COMMANDS: Readonly<Record<string, string>> = {
  'cloud:aws-security-groups': 'aws ec2 describe-security-groups --group-ids SG…',
  'cloud:aws-network-acls': 'aws ec2 describe-network-acls --filters Name=association.subnet-id,Values=SUBNET',
  'cloud:aws-instances': 'aws ec2 describe-instances --instance-ids INSTANCE',
  'cloud:aws-network-interfaces': 'aws ec2 describe-network-interfaces --filters Name=vpc-id,Values=VPC',
  'cloud:aws-prefix-lists': 'aws ec2 get-managed-prefix-list-entries --prefix-list-id LIST',
  'cloud:aws-subnets': 'aws ec2 describe-subnets --subnet-ids SUBNET',
  'cloud:azure-effective': 'az network nic list-effective-nsg --resource-group GROUP --name NIC',
  'cloud:azure-nsgs': 'az network nsg show --resource-group GROUP --name NSG',
  'cloud:azure-nics': 'az network nic show --resource-group GROUP --name NIC',
  'cloud:azure-addresses': 'az vm list-ip-addresses --resource-group GROUP --name VM',
  'cloud:azure-subnets': 'az network vnet subnet show --ids SUBNET',
  'cloud:azure-admin-rules':
    'az network manager list-effective-security-admin-rule --resource-group GROUP --vnet-name VNET',
  'cloud:gcp-effective':
    'gcloud compute instances network-interfaces get-effective-firewalls INSTANCE --zone=ZONE --project=PROJECT --format=json',
  'cloud:gcp-firewall-rules': 'gcloud compute firewall-rules list --project=PROJECT --format=json',
  'cloud:gcp-instances': 'gcloud compute instances describe INSTANCE --zone=ZONE --project=PROJECT --format=json',
  'cloud:gcp-networks': 'gcloud compute networks describe NETWORK --project=PROJECT --format=json',
};
