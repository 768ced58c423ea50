import type { Gap } from '../model/fact.ts';

export type Vendor = 'aws' | 'azure' | 'gcp';

/** What a cloud's command line says when it fails, and what that means. */
export interface CloudError {
  readonly says: RegExp;
  readonly gap: Gap;
  /** Half a sentence. */
  readonly means: string;
  /** What to type or ask for next. */
  readonly next: string;
}

const AWS_LOGIN =
  'log in again (aws sso login, or whatever gives you credentials) and check with: aws sts get-caller-identity';

/** Names of the programs, and where they come from. */
export const CLOUD_PROGRAMS: Readonly<Record<Vendor, { readonly program: string; readonly install: string }>> = {
  aws: { program: 'aws', install: 'https://docs.aws.amazon.com/cli/' },
  azure: { program: 'az', install: 'https://learn.microsoft.com/cli/azure/' },
  gcp: { program: 'gcloud', install: 'https://cloud.google.com/sdk/docs/install' },
};

/** First that fits wins. Wording of aws-cli 1 and 2, azure-cli 2, Google Cloud SDK; only the stable part is matched. */
export const CLOUD_ERRORS: Readonly<Record<Vendor, readonly CloudError[]>> = {
  aws: [
    {
      says: /Unable to locate credentials|NoCredentials/,
      gap: 'denied',
      means: 'aws has no credentials here',
      next: 'log in (aws configure, aws sso login), or set AWS_PROFILE',
    },
    {
      says: /config profile \(.{1,200}\) could not be found/,
      gap: 'denied',
      means: 'the profile of AWS_PROFILE is not configured',
      next: 'see aws configure list-profiles',
    },
    {
      says: /ExpiredToken|RequestExpired|SSO session .{0,300}expired|Error loading SSO Token|Token has expired and refresh failed|InvalidClientTokenId/,
      gap: 'denied',
      means: 'the login of aws has expired',
      next: AWS_LOGIN,
    },
    {
      says: /AuthFailure/,
      gap: 'denied',
      means: 'AWS does not take the credentials (wrong keys, or a region that is not enabled)',
      next: AWS_LOGIN,
    },
    {
      says: /UnauthorizedOperation|AccessDenied|not authorized to perform/,
      gap: 'denied',
      means: 'your AWS user may not do that',
      next: 'ask for the read-only permission that is named in docs/guides/clouds.md',
    },
    {
      says: /You must specify a region|NoRegion/,
      gap: 'denied',
      means: 'aws does not know which region to ask',
      next: 'set AWS_REGION to the region of the instance',
    },
    {
      says: /InvalidInstanceID|does not exist/,
      gap: 'unsupported',
      means: 'there is no such instance in this account and region',
      next: 'check the id, AWS_REGION and AWS_PROFILE',
    },
    {
      says: /Could not connect to the endpoint|EndpointConnectionError|Connect timeout on endpoint|Could not resolve/,
      gap: 'timed-out',
      means: 'AWS cannot be reached (no network, or a region that does not exist)',
      next: 'check the network, the proxy and AWS_REGION',
    },
    {
      says: /RequestLimitExceeded|Throttling/,
      gap: 'timed-out',
      means: 'AWS asks for patience (too many requests)',
      next: 'try again in a minute',
    },
  ],
  azure: [
    {
      says: /run:? '?az login|AADSTS\d+|refresh token has expired|Interactive authentication is needed/,
      gap: 'denied',
      means: 'az is not logged in, or its login has expired',
      next: 'az login',
    },
    {
      says: /AuthorizationFailed|does not have authorization/,
      gap: 'denied',
      means: 'your Azure account may not do that',
      next: 'ask for the read-only permission that is named in docs/guides/clouds.md',
    },
    {
      says: /ResourceGroupNotFound/,
      gap: 'unsupported',
      means: 'there is no such resource group in this subscription',
      next: 'check the name and: az account show',
    },
    {
      says: /ResourceNotFound|was not found/,
      gap: 'unsupported',
      means: 'there is no such machine in this resource group and subscription',
      next: 'check the names and: az account show',
    },
    {
      says: /SubscriptionNotFound|No subscriptions? found/,
      gap: 'denied',
      means: 'az has no such subscription',
      next: 'az account list, az account set',
    },
    {
      says: /attached to a running|NotAttachedToRunning|must be running|is not running/i,
      gap: 'unsupported',
      means: 'Azure tells the rules in force only of a machine that runs',
      next: 'start the machine: az vm start',
    },
    {
      says: /Failed to establish a new connection|getaddrinfo|Max retries exceeded|Connection aborted/,
      gap: 'timed-out',
      means: 'Azure cannot be reached',
      next: 'check the network and the proxy',
    },
  ],
  gcp: [
    {
      says: /do not currently have an active account|gcloud auth login|Reauthentication (?:failed|required)|invalid_grant/,
      gap: 'denied',
      means: 'gcloud is not logged in, or its login has expired',
      next: 'gcloud auth login',
    },
    {
      says: /Required '[^']{1,200}' permission|PERMISSION_DENIED|does not have permission/,
      gap: 'denied',
      means: 'your Google account may not do that',
      next: 'ask for the read-only permission that is named in docs/guides/clouds.md',
    },
    {
      says: /API .{0,200}not enabled|SERVICE_DISABLED|has not been used in project/,
      gap: 'unsupported',
      means: 'the Compute Engine API is not enabled in this project',
      next: 'check the name of the project',
    },
    {
      says: /Unknown zone|Invalid value for field 'zone'|Invalid value for \[--zone\]/,
      gap: 'unsupported',
      means: 'there is no such zone',
      next: 'gcloud compute instances list',
    },
    {
      says: /was not found|notFound|HTTPError 404/,
      gap: 'unsupported',
      means: 'there is no such machine in this project and zone',
      next: 'gcloud compute instances list --project=PROJECT',
    },
    {
      says: /Unable to find the server|Network is unreachable|ConnectionError|Failed to establish/,
      gap: 'timed-out',
      means: 'Google Cloud cannot be reached',
      next: 'check the network and the proxy',
    },
  ],
};
