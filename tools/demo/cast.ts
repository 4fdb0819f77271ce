import { NoSuchEntity, type StrongroomClient } from '@strongroom/client';
import type { ReachableCluster } from '@strongroom/local-cluster';

/** Secrets of production begin with this; the application's role may read these and no others. */
export const ENVIRONMENT = 'demo/production/';

export interface Role {
  name: string;
  arn: string;
  /** The URI SAN of the certificate that its holder shows. */
  uri: string;
  /** Which secrets it may read. */
  secrets: string;
}

const POLICY_NAME = 'read-secrets';

const exists = async (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    (error: unknown) => {
      if (error instanceof NoSuchEntity) return false;
      throw error;
    },
  );

/** A role that may read the secrets below one path, for the holder of one certificate. An older one of that name goes first. */
export const createRole = async (
  { identity }: StrongroomClient,
  cluster: ReachableCluster,
  name: string,
  path: string,
): Promise<Role> => {
  const uri = `spiffe://strongroom.local/app/${name}`;
  const secrets = `arn:aws:secretsmanager:${cluster.region}:${cluster.accountId}:secret:${path}*`;
  const target = { roleName: name };
  if (await exists(identity.getRole({ roleName: name }))) {
    await exists(identity.unbindCertificate({ uri }));
    await exists(identity.deleteInlinePolicy({ target, policyName: POLICY_NAME }));
    await identity.deleteRole({ roleName: name });
  }
  const { role } = await identity.createRole({
    roleName: name,
    assumeRolePolicyDocument: document({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${cluster.accountId}:root` },
      Action: 'sts:AssumeRole',
    }),
  });
  await identity.putInlinePolicy({
    target,
    policyName: POLICY_NAME,
    policyDocument: document({ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secrets }),
  });
  await identity.bindCertificate({ uri, target });
  return { name, arn: role!.arn, uri, secrets };
};

const document = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
