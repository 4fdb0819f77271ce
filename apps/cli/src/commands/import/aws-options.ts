import type { Command } from 'commander';
import type { AwsOptions } from '../../transfer/sources/aws/aws-session';

export interface AwsFlags {
  endpointUrl?: string;
  awsProfile?: string;
  region?: string;
  ca?: string;
}

export const addAwsOptions = (command: Command): Command =>
  command
    .option('--endpoint-url <url>', "default: AWS's, or AWS_ENDPOINT_URL")
    .option('--aws-profile <name>', "default: AWS's own order: variables, AWS_PROFILE, the machine's role")
    .option('--region <name>', 'default: AWS_REGION, or that of the profile')
    .option('--ca <file>', 'CA of the endpoint; default: AWS_CA_BUNDLE, then those of the machine');

export const awsOptionsOf = ({ endpointUrl, awsProfile, region, ca }: AwsFlags): AwsOptions => ({
  endpointUrl,
  awsProfile,
  region,
  caFile: ca,
});
