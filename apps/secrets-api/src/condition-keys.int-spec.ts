import { RotationBench } from './rotation-bench.testing';
import { allow, text, token } from './server.testing';

let bench: RotationBench;
beforeAll(async () => {
  bench = await RotationBench.start('condition-keys');
}, 60_000);
afterAll(() => bench?.stop());

it('fills every condition key that is listed for a call, and no other', async () => {
  const { admin, functionArn, test } = bench;
  const kmsKeyId = test.dataKeys.add('alias/all', '11111111-1111-4111-8111-111111111111');
  const tags = [{ key: 'Team', value: 'blue' }];
  const versionId = token('first');
  const created = { name: 'all', description: 'all', kmsKeyId, tags, value: text('first'), clientRequestToken: versionId };
  const { arn: secretId } = await admin.createSecret(created);
  const of = { secretId };
  const rotationRules = { automaticallyAfterDays: 30n };
  await admin.rotateSecret({ ...of, rotationLambdaArn: functionArn, rotationRules, rotateImmediately: false });
  await admin.getSecretValue({ ...of, versionId, versionStage: 'AWSCURRENT' });
  await admin.batchGetSecretValue({ secretIdList: [secretId] });
  const second = token('second');
  await admin.putSecretValue({ ...of, value: text('second'), clientRequestToken: second, versionStages: ['AWSCURRENT'] });
  await admin.updateSecret({ ...of, description: 'x', kmsKeyId, value: text('third'), clientRequestToken: token('third') });
  await admin.updateSecretVersionStage({ ...of, versionStage: 'own', moveToVersionId: second });
  await Promise.all([admin.describeSecret(of), admin.listSecretVersionIds(of), admin.listSecrets(), admin.getRandomPassword()]);
  await admin.tagResource({ ...of, tags: [{ key: 'Other', value: 'x' }] });
  await admin.untagResource({ ...of, tagKeys: ['Other'] });
  const resourcePolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: { ...allow('secretsmanager:*').Statement[0], Principal: { AWS: '000000000000' } },
  });
  await admin.validateResourcePolicy({ ...of, resourcePolicy });
  await admin.putResourcePolicy({ ...of, resourcePolicy, blockPublicPolicy: true });
  await admin.getResourcePolicy(of);
  await admin.deleteResourcePolicy(of);
  // These ask for a rotation that there is.
  await admin.cancelRotateSecret(of);
  await admin.rotateSecret({ ...of, rotationLambdaArn: functionArn, rotationRules });
  await admin.deleteSecret({ ...of, recoveryWindowInDays: 7n });
  await admin.restoreSecret(of);
  await admin.deleteSecret({ ...of, forceDeleteWithoutRecovery: true });
  const dependents = test.dependentsAs();
  const ofKey = { keyId: kmsKeyId };
  await dependents.describeKeyDependents(ofKey);
  await dependents.startDataKeyReEncryption(ofKey);
  await dependents.describeDataKeyReEncryption(ofKey);
  await dependents.stopDataKeyReEncryption(ofKey);
  expect(test.authorizer.differences('secretsmanager')).toEqual([]);
});
