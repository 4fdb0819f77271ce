import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Agent } from 'node:https';
import type { Environment } from '@strongroom/config';
import { CliError, usageError } from '../../../cli-error';
import { EXIT } from '../../../exit-code';
import { caOf } from '../http/api-client';

export interface AwsOptions {
  /** Default: AWS's, or AWS_ENDPOINT_URL_<SERVICE> or AWS_ENDPOINT_URL. */
  endpointUrl?: string;
  /** Default: AWS's own chain: variables, profiles, the machine's role. */
  awsProfile?: string;
  region?: string;
  /** A PEM file of CAs to trust in place of the machine's; default: AWS_CA_BUNDLE. */
  caFile?: string;
}

/** Calls at a time. */
const CONNECTIONS = 16;

/** The client of AWS's Secrets Manager, with the credentials that AWS's own tools would take. Loaded only when it is needed. */
export const secretsManagerOf = async (
  { endpointUrl, awsProfile, region, caFile }: AwsOptions,
  env: Environment,
): Promise<SecretsManagerClient> => {
  // It tells programmers on standard error which version of Node it will want one day.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const ca = caOf(caFile ?? env['AWS_CA_BUNDLE']);
  return new SecretsManagerClient({
    endpoint: endpointUrl,
    profile: awsProfile,
    region,
    maxAttempts: 8,
    requestHandler: {
      httpsAgent: new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca }),
      requestTimeout: 30_000,
      connectionTimeout: 10_000,
      throwOnRequestTimeout: true,
    },
  });
};

/** Runs a call of AWS's client; what AWS refuses is said in its words. */
export const asked = async <T>(title: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw explained(title, error);
  }
};

const explained = (title: string, error: unknown): Error => {
  if (error instanceof CliError || (error as Error).name === 'AbortError') return error as Error;
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  if (/region is missing/i.test(message)) return usageError('AWS: no region is set.', 'Give --region, or set AWS_REGION.');
  if (name === 'CredentialsProviderError') {
    return new CliError(`${title}: there are no credentials of AWS: ${message}`, {
      exitCode: EXIT.refused,
      hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --aws-profile.',
    });
  }
  const status = $metadata?.httpStatusCode;
  const isRefusal =
    name === 'AccessDeniedException' || status === 401 || status === 403 || name === 'UnrecognizedClientException';
  const exitCode = isRefusal ? EXIT.refused : status === undefined || status >= 500 ? EXIT.unavailable : EXIT.failure;
  return new CliError(`${title}: ${name}: ${message}`, { exitCode, cause: error });
};

/** Why AWS does not give one secret, for a list of them. */
export const reasonOf = (error: unknown): string => {
  const { name, message } = error as Error;
  return `AWS does not give it: ${name}: ${message}`;
};

/** A failure of one secret, and not of the whole source. */
export const isOfOne = (error: unknown): boolean => {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status !== undefined && status >= 400 && status < 500 && status !== 401;
};

/** The address that a service is called at. @throws if no region is set */
export const placeOf = async (
  { config }: SecretsManagerClient,
  { endpointUrl }: AwsOptions,
  service: 'SECRETS_MANAGER' | 'SSM',
  env: Environment,
): Promise<string> => {
  const given = endpointUrl ?? env[`AWS_ENDPOINT_URL_${service}`] ?? env['AWS_ENDPOINT_URL'];
  const region = await config.region();
  if (given !== undefined) return given;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${service === 'SSM' ? 'ssm' : 'secretsmanager'}.${region}.${domain}`;
};
