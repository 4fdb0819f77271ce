import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';
import type { LocalCluster } from '@strongroom/local-cluster';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** AWS's own clients, with nothing changed but where they call. */
export class Aws {
  readonly secrets: SecretsManagerClient;
  readonly kms: KMSClient;
  readonly sts: STSClient;
  readonly iam: IAMClient;
  readonly cloudTrail: CloudTrailClient;
  readonly events: EventBridgeClient;
  readonly sns: SNSClient;
  private readonly agent: Agent;

  constructor(
    private readonly cluster: LocalCluster,
    credentials: AwsCredentials,
    { region = cluster.region }: { region?: string } = {},
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: 100, ca: readFileSync(cluster.adminCertificate.caFile) });
    const config = {
      endpoint: this.origin,
      region,
      credentials,
      requestHandler: { httpsAgent: this.agent },
      maxAttempts: 1,
    };
    this.secrets = new SecretsManagerClient(config);
    this.kms = new KMSClient(config);
    this.sts = new STSClient(config);
    this.iam = new IAMClient(config);
    this.cloudTrail = new CloudTrailClient(config);
    this.events = new EventBridgeClient(config);
    this.sns = new SNSClient(config);
  }

  get origin(): string {
    return `https://${this.cluster.endpoint('aws-gateway')}`;
  }

  close(): void {
    for (const client of [this.secrets, this.kms, this.sts, this.iam, this.cloudTrail, this.events, this.sns]) client.destroy();
    this.agent.destroy();
  }
}

/** What a call failed with; fails the test when it did not. */
export const errorOf = async (call: Promise<unknown>): Promise<Error & { $metadata?: { httpStatusCode?: number } }> => {
  try {
    await call;
  } catch (error) {
    return error as Error;
  }
  throw new Error('the call succeeded');
};

/**
 * The answer to GetCallerIdentity by a URL that the administrator of the cluster has signed at `signingDate`. The URL is good for
 * a week, as long as AWS allows.
 */
export async function presignedCallerIdentity(cluster: LocalCluster, origin: string, signingDate: Date) {
  const { region, adminCredentials: credentials } = cluster;
  const signer = new SignatureV4({ credentials, region, service: 'sts', sha256: Hash.bind(null, 'sha256') });
  const { hostname, host, port } = new URL(origin);
  const query = { Action: 'GetCallerIdentity', Version: '2011-06-15' };
  const request = { method: 'GET', protocol: 'https:', hostname, port: Number(port), path: '/', query, headers: { host } };
  const { query: signed } = await signer.presign(request, { signingDate, expiresIn: 604_800 });
  const url = `${origin}/?${new URLSearchParams(signed as Record<string, string>).toString()}`;
  return new Promise<{ status?: number; text: string }>((resolve, reject) => {
    get(url, { ca: readFileSync(cluster.adminCertificate.caFile) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    }).on('error', reject);
  });
}
