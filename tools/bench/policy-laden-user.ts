import {
  AddUserToGroupRequest,
  AttachPolicyRequest,
  BindCertificateRequest,
  CreateGroupRequest,
  CreatePolicyRequest,
  CreateUserRequest,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { connectTo } from '@strongroom/grpc-kit';
import { type CertificateFiles, type LocalCluster, userUri } from '@strongroom/local-cluster';
import { identityService } from '@strongroom/methods';

const USER = 'bench-policies';
/** As many groups as a user may be in, and as many policies as a group may have. */
const GROUPS = 10;
const POLICIES_OF_A_GROUP = 10;

const document = (cluster: LocalCluster, secrets: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: `arn:aws:secretsmanager:${cluster.region}:${cluster.accountId}:secret:${secrets}`,
      },
    ],
  });

/** Creates a user with 100 policies, of which only the last allows the measured read. Resolves with its certificate. */
export const createPolicyLadenUser = async (cluster: LocalCluster): Promise<CertificateFiles> => {
  const identity = connectTo(identityService, {
    address: cluster.endpoint('identity-service'),
    tls: cluster.adminCertificate,
    service: 'bench',
  });
  try {
    await identity.createUser(CreateUserRequest.fromPartial({ userName: USER }));
    for (let group = 0; group < GROUPS; group++) {
      const groupName = `${USER}-${group}`;
      const target = { entity: { $case: 'groupName' as const, value: groupName } };
      await identity.createGroup(CreateGroupRequest.fromPartial({ groupName }));
      for (let n = 0; n < POLICIES_OF_A_GROUP; n++) {
        const isLast = group === GROUPS - 1 && n === POLICIES_OF_A_GROUP - 1;
        const { policy } = await identity.createPolicy(
          CreatePolicyRequest.fromPartial({
            policyName: `${groupName}-${n}`,
            policyDocument: document(cluster, isLast ? 'bench/*' : `team-${group}-${n}/*`),
          }),
        );
        const attachment = AttachPolicyRequest.fromPartial({ target, policyArn: policy!.arn });
        await identity.attachPolicy(attachment);
      }
      const membership = AddUserToGroupRequest.fromPartial({ groupName, userName: USER });
      await identity.addUserToGroup(membership);
    }
    const uri = userUri(USER);
    const target = { entity: { $case: 'userName' as const, value: USER } };
    await identity.bindCertificate(BindCertificateRequest.fromPartial({ uri, target }));
    return await cluster.issueClientCertificate(uri);
  } finally {
    identity.close();
  }
};
