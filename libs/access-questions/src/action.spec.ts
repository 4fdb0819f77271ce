import { parseAction, textOf } from './action';

it.each([
  ['secretsmanager:GetSecretValue', 'secretsmanager:GetSecretValue', true],
  ['SecretsManager:getsecretvalue', 'secretsmanager:GetSecretValue', true],
  ['GetSecretValue', 'secretsmanager:GetSecretValue', true],
  ['decrypt', 'kms:Decrypt', true],
  ['kms:ReEncryptFrom', 'kms:ReEncryptFrom', true],
  ['iam:AttachUserPolicy', 'iam:AttachUserPolicy', true],
  ['lambda:InvokeFunction', 'lambda:InvokeFunction', true],
  ['s3:GetObject', 's3:GetObject', false],
])('reads %s', (text, action, isKnown) => {
  const parsed = parseAction(text);
  expect([textOf(parsed), parsed.isKnown]).toEqual([action, isKnown]);
});

it.each([
  ['TagResource', /several services have TagResource/],
  ['Nonsense', /no service has Nonsense/],
  ['secretsmanager:Get*', /without wildcards/],
  ['a:b:c', /must be one action/],
])('refuses %s', (text, message) => expect(() => parseAction(text)).toThrow(message));
