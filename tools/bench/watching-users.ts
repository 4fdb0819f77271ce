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
import { forAll } from './load';

const GROUP = 'bench-watchers';

const nameOf = (n: number): string => `${GROUP}-${n}`;

const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
});

/** Creates users who may read all secrets by the policy of a group. Resolves with their certificates. */
export async function createWatchingUsers(cluster: LocalCluster, count: number): Promise<CertificateFiles[]> {
  const identity = connectTo(identityService, {
    address: cluster.endpoint('identity-service'),
    tls: cluster.adminCertificate,
    service: 'bench',
  });
  try {
    await identity.createGroup(CreateGroupRequest.fromPartial({ groupName: GROUP }));
    const { policy } = await identity.createPolicy(
      CreatePolicyRequest.fromPartial({ policyName: GROUP, policyDocument: DOCUMENT }),
    );
    const group = { entity: { $case: 'groupName' as const, value: GROUP } };
    await identity.attachPolicy(AttachPolicyRequest.fromPartial({ target: group, policyArn: policy!.arn }));
    const certificates: CertificateFiles[] = [];
    await forAll(count, async (n) => {
      const [userName, uri] = [nameOf(n), userUri(nameOf(n))];
      await identity.createUser(CreateUserRequest.fromPartial({ userName }));
      await identity.addUserToGroup(AddUserToGroupRequest.fromPartial({ groupName: GROUP, userName }));
      const target = { entity: { $case: 'userName' as const, value: userName } };
      await identity.bindCertificate(BindCertificateRequest.fromPartial({ uri, target }));
      certificates[n] = await cluster.issueClientCertificate(uri);
    });
    return certificates;
  } finally {
    identity.close();
  }
}
