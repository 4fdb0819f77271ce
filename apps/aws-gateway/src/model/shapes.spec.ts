import { lowerCamel } from './shapes';

it.each([
  ['KmsKeyId', 'kmsKeyId'],
  ['ARN', 'arn'],
  ['AWSAccountId', 'awsAccountId'],
  ['RotationLambdaARN', 'rotationLambdaArn'],
  ['VersionIdsToStages', 'versionIdsToStages'],
  ['arn', 'arn'],
])('%s is %s in a message', (member, field) => expect(lowerCamel(member)).toBe(field));
