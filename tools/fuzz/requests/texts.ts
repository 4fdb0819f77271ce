import type { Thing } from '../world/names';
import type { Dice } from './dice';
import { document } from './documents';
import type { TextSurroundings } from './text-surroundings';

type Maker = Thing | ((surroundings: TextSurroundings) => string);

const oneOf =
  (...texts: string[]): Maker =>
  ({ dice }) =>
    dice.pick(texts);

const stages = oneOf('AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'blue', 'green');
const secretText: Maker = ({ dice, canary = 'value' }) => `${canary}-${dice.hex(dice.pick([0, 8, 64, 2_000]))}`;
const policy: Maker = (surroundings) => document(surroundings);
const uuid: Maker = ({ dice }) => {
  const digits = dice.hex(32);
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`, digits.slice(20)].join(
    '-',
  );
};

const keySpec = oneOf('SYMMETRIC_DEFAULT', 'RSA_2048', 'ECC_NIST_P256', 'HMAC_256', 'ML_DSA_44', 'ML_KEM_512', 'SM2');
const encryptionAlgorithm = oneOf('', 'SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_256');
const encryptionContext = oneOf('orders', '');
const principalArn: Maker = ({ dice, naming }) => naming('principal', dice);
const servicePrincipal = oneOf('', 'rotation-worker.strongroom.internal');
const code = oneOf('', '123456', '000000');
const hash: Maker = ({ dice }) => dice.hex(64);

/** Texts of keys alone. */
const makersOfKeys: Readonly<Record<string, Maker>> = {
  customermasterkeyspec: keySpec,
  destinationencryptionalgorithm: encryptionAlgorithm,
  destinationencryptioncontext: encryptionContext,
  destinationkeyid: 'key',
  dryrunmodifiers: oneOf('IGNORE_CIPHERTEXT'),
  encapsulationalgorithm: oneOf('ML_KEM'),
  encryptionalgorithm: encryptionAlgorithm,
  encryptioncontext: encryptionContext,
  encryptioncontextequals: encryptionContext,
  encryptioncontextsubset: encryptionContext,
  expirationmodel: oneOf('KEY_MATERIAL_EXPIRES', 'KEY_MATERIAL_DOES_NOT_EXPIRE'),
  granteeprincipal: principalArn,
  granteeserviceprincipal: servicePrincipal,
  grantid: hash,
  granttoken: hash,
  granttokens: hash,
  importtype: oneOf('NEW_KEY_MATERIAL', 'EXISTING_KEY_MATERIAL'),
  includekeymaterial: oneOf('ALL_KEY_MATERIAL', 'ROTATIONS_ONLY'),
  keyagreementalgorithm: oneOf('ECDH'),
  keymaterialdescription: oneOf('', 'of the fuzzer'),
  keymaterialid: hash,
  keypairspec: oneOf('RSA_2048', 'ECC_NIST_P256', 'ML_KEM_512'),
  keyspec: keySpec,
  keyusage: oneOf('', 'ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT'),
  macalgorithm: oneOf('HMAC_SHA_256'),
  messagetype: oneOf('RAW', 'DIGEST', 'EXTERNAL_MU'),
  operations: oneOf('Decrypt', 'Encrypt', 'GenerateDataKey', 'CreateGrant', 'RetireGrant', 'Sign'),
  origin: oneOf('AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM'),
  retiringprincipal: principalArn,
  retiringserviceprincipal: servicePrincipal,
  signingalgorithm: oneOf('ECDSA_SHA_256', 'RSASSA_PSS_SHA_256', 'ML_DSA_SHAKE_256'),
  sourcearn: 'secret',
  sourceencryptionalgorithm: encryptionAlgorithm,
  sourceencryptioncontext: encryptionContext,
  sourcekeyid: 'key',
  wrappingalgorithm: oneOf('RSAES_OAEP_SHA_256', 'RSA_AES_KEY_WRAP_SHA_256', 'RSAES_PKCS1_V1_5'),
  wrappingkeyspec: oneOf('RSA_2048', 'SM2'),
};

const pattern = oneOf(
  '{"source": ["aws.kms"]}',
  '{"detail": {"eventName": [{"prefix": "Put"}]}}',
  '{"$or": [{"a": [1]}, {"b": [{}]}]}',
  '{',
);

/** Texts of rules, webhooks and deliveries alone. */
const makersOfRules: Readonly<Record<string, Maker>> = {
  deliveryid: oneOf('1', '2', 'x'),
  event: oneOf('{"id":"1","account":"1","source":"a","time":"","region":"","resources":[],"detail-type":"x"}', '[]', ''),
  eventbusname: oneOf('', 'default', 'other'),
  eventpattern: pattern,
  id: oneOf('first', 'second', 'x y'),
  ids: oneOf('first', 'second'),
  input: oneOf('', '{"a":1}', '{'),
  inputpath: oneOf('', '$.detail', '$.resources[0]', '$['),
  inputpathsmap: oneOf('$.detail.eventName', '$'),
  inputtemplate: oneOf('<a>', '"<a>"', '<aws.events.event>'),
  resourcearn: oneOf('arn:aws:events:us-east-1:000000000000:rule/first', 'x'),
  rule: oneOf('first', 'second'),
  targetarn: oneOf('arn:aws:events:us-east-1:000000000000:webhook/first', 'x'),
};

/** Texts of topics and alarms alone. */
const makersOfTopics: Readonly<Record<string, Maker>> = {
  alarmactions: oneOf('arn:aws:events:us-east-1:000000000000:webhook/first', 'x'),
  alarmdescription: oneOf('', 'text'),
  alarmname: oneOf('first', 'second', ''),
  alarmnameprefix: oneOf('', 'f'),
  alarmnames: oneOf('first', 'second'),
  attributename: oneOf('DisplayName', 'Policy', 'FilterPolicy', 'RawMessageDelivery', 'KmsMasterKeyId', 'x'),
  attributes: oneOf('true', '{"a": [1]}', '{', ''),
  authenticateonunsubscribe: oneOf('', 'true', 'x'),
  certificateid: oneOf('0123456789abcdef0123456789abcdef', 'x'),
  datatype: oneOf('String', 'Number', 'Binary', 'String.Array', 'x'),
  groupby: oneOf('', 'userIdentity.arn', '..', 'a.b'),
  insufficientdataactions: oneOf('arn:aws:sns:us-east-1:000000000000:first', 'x'),
  messagestructure: oneOf('', 'json', 'x'),
  okactions: oneOf('arn:aws:sns:us-east-1:000000000000:first', 'x'),
  protocol: oneOf('https', 'http', 'email', 'sms'),
  statereason: oneOf('', 'text'),
  stringvalue: oneOf('text', '1e400', ''),
  subject: oneOf('', 'A subject', 'a\nb'),
  subscriptionarn: oneOf('arn:aws:sns:us-east-1:000000000000:first:0123456789abcdef', 'PendingConfirmation', 'x'),
  topicarn: oneOf('arn:aws:sns:us-east-1:000000000000:first', 'arn:aws:sns:us-east-1:111111111111:first', 'x'),
};

/** What a text is, by the name of its field without case and underscores. */
const makers: Readonly<Record<string, Maker>> = {
  ...makersOfKeys,
  ...makersOfRules,
  ...makersOfTopics,
  accesskeyid: 'accessKey',
  accountid: 'account',
  action: oneOf('aws4_request', 'GetSecretValue'),
  address: oneOf('localhost:1', '127.0.0.1:1', 'rotation.example.internal:443', '169.254.169.254:80', '[::1]:1'),
  administratorcertificateuri: 'certificate',
  aliasname: 'alias',
  amount: oneOf('0.40', '0.05', '1', '0', '1000000000', '-1', '0.0000001'),
  arn: 'policyArn',
  assumerolepolicydocument: policy,
  attributekey: oneOf(
    'EventId',
    'EventName',
    'ReadOnly',
    'Username',
    'ResourceType',
    'ResourceName',
    'EventSource',
    'AccessKeyId',
  ),
  attributevalue: oneOf('GetSecretValue', 'true', 'kms.amazonaws.com', 'AWS::KMS::Key', 'fuzz'),
  authenticationcode1: code,
  authenticationcode2: code,
  budgetname: oneOf('team', 'all', 'a budget'),
  capem: oneOf('', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
  certificateuri: 'certificate',
  clientid: oneOf('client-1', 'client-2'),
  clientidlist: oneOf('client-1', 'client-2'),
  clientrequesttoken: uuid,
  credentialid: 'accessKey',
  credentialjson: oneOf('{}', '{"id":"","response":{"clientDataJSON":"e30","attestationObject":"oA"}}'),
  currency: oneOf('USD', 'EUR', 'usd'),
  date: oneOf('20261128', '20260101', '19700101'),
  description: oneOf('', 'of the fuzzer', 'two words'),
  displayname: oneOf('of the fuzzer'),
  duration: oneOf('1h', '3h', '24h'),
  endpoint: oneOf('http://127.0.0.1:1', 'https://localhost:1/lambda', 'https://functions.example.internal'),
  eventid: uuid,
  eventname: oneOf('GetSecretValue', 'CreateUser', 'Decrypt'),
  eventcategory: oneOf('insight'),
  eventsource: oneOf('secretsmanager.amazonaws.com', 'iam.amazonaws.com'),
  excludecharacters: oneOf('', 'abc', '"\'@/\\', '0123456789'),
  externalid: oneOf('', 'external-1'),
  from: oneOf('2018-04-04', '2026-11-15', '2026-02-30'),
  functionname: 'function',
  generateunderkeyid: 'key',
  groupname: 'group',
  key: oneOf('Team', 'Stage', 'name', 'description', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all'),
  keyid: 'key',
  kmskeyid: 'key',
  marker: 'token',
  mastersecretid: 'secret',
  message: oneOf('', 'of the fuzzer'),
  method: oneOf('', '/strongroom.secrets.v1.SecretsService/GetSecretValue', '/strongroom.secrets.v1.SecretsService/Nothing'),
  month: oneOf('2026-11', '2026-13', '2025-01', ''),
  movetoversionid: 'version',
  newpassword: secretText,
  oldpassword: secretText,
  passkeyjson: oneOf('', '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30"}}'),
  passkeyname: oneOf('laptop', 'phone'),
  password: secretText,
  name: 'secret',
  nameprefix: oneOf('', 'a', 'prod/', 'fuzz'),
  nexttoken: 'token',
  openidconnectproviderarn: 'provider',
  operation: oneOf('secretsmanager:GetSecretValue', 'kms:Decrypt', ''),
  path: oneOf('', '/', '/team/', '/team/blue/'),
  pathprefix: oneOf('', '/', '/team/'),
  permissionsboundary: 'policyArn',
  policy,
  policyarn: 'policyArn',
  policyarns: 'policyArn',
  policydocument: policy,
  policyname: oneOf('first', 'second', 'third'),
  principal: 'principal',
  reason: oneOf('ValidationException', 'SerializationException', ''),
  region: oneOf('us-east-1', 'eu-north-1'),
  removefromversionid: 'version',
  requestid: uuid,
  resource: 'secret',
  resourcepolicy: policy,
  resourcetype: oneOf('AWS::SecretsManager::Secret', 'AWS::KMS::Key'),
  rolearn: principalArn,
  rolename: 'role',
  rolesessionname: oneOf('session-1', 'session-2'),
  rotationlambdaarn: 'function',
  resumetoken: 'token',
  rotationtoken: uuid,
  runid: 'run',
  scheduleexpression: oneOf(
    'rate(10 days)',
    'rate(4 hours)',
    'cron(0 8 * * ? *)',
    'cron(0 /8 * * ? *)',
    'cron(0 10 ? * MON#1 *)',
    '',
  ),
  secret: 'secret',
  secretaccesskey: secretText,
  secretarn: 'secret',
  arns: 'secret',
  secretid: 'secret',
  secretidlist: 'secret',
  secretstring: secretText,
  secretversionid: 'version',
  serialnumber: oneOf('arn:aws:iam::123456789012:mfa/x', 'arn:aws:iam::000000000000:mfa/phone'),
  serveruri: oneOf('spiffe://strongroom.local/service/function', ''),
  scope: oneOf('Local', 'All', 'AWS'),
  service: oneOf('secretsmanager', 'kms', 'sts', 'iam', 'cloudtrail', 'events', 'sns'),
  sourceip: oneOf('127.0.0.1', '192.0.2.1'),
  tagkey: oneOf('Team', 'Stage', 'team'),
  tagkeys: oneOf('Team', 'Stage', 'team'),
  tagvalue: oneOf('blue', 'red', ''),
  targetkeyid: 'key',
  thumbprintlist: oneOf('a'.repeat(40), '0123456789abcdef0123456789abcdef01234567'),
  token: 'version',
  tokencode: code,
  traceparent: oneOf('', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
  transitivetagkeys: oneOf('Team', 'Stage'),
  uri: 'certificate',
  url: 'provider',
  useragent: oneOf('', 'fuzz'),
  username: 'user',
  virtualmfadevicename: oneOf('phone', 'tablet'),
  value: oneOf('blue', 'red', 'two words', ''),
  values: oneOf('fuzz', 'Team', 'blue', '!fuzz', 'us-east-1', 'a secret of the fuzzer'),
  versionid: 'version',
  versionstage: stages,
  versionstages: stages,
  webidentitytoken: ({ dice, canary = 'token' }) =>
    `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${Buffer.from(`{"iss":"https://issuer.example","sub":"${canary}"}`).toString('base64url')}.${dice.hex(20)}`,
};

const makerOf = (field: string): Maker | undefined => {
  const key = field.replaceAll('_', '').toLowerCase();
  return Object.hasOwn(makers, key) ? makers[key] : undefined;
};

/** Whether the field names something that exists or does not. */
export const thingOf = (field: string): Thing | undefined => {
  const maker = makerOf(field);
  if (typeof maker === 'string') return maker;
  return field.replaceAll('_', '').toLowerCase() === 'rolearn' ? 'principal' : undefined;
};

/** Whether all texts that a field of this name can hold are known here. */
export const isKnownField = (field: string): boolean => makerOf(field) !== undefined;

/** A text that may be right in a field of this name. */
export function textFor(field: string, surroundings: TextSurroundings): string {
  const maker = makerOf(field);
  if (maker === undefined) return surroundings.dice.pick(['', 'x', 'a text', 'https://issuer.example']);
  return typeof maker === 'string' ? surroundings.naming(maker, surroundings.dice) : maker(surroundings);
}

/** Bytes likewise. */
export const bytesFor = (field: string, { dice, canary = 'value' }: TextSurroundings): Buffer => {
  const name = field.replaceAll('_', '').toLowerCase();
  if (name === 'secretbinary' || name === 'plaintext') return Buffer.from(`${canary}-${dice.hex(dice.pick([0, 8, 600]))}`);
  return dice.bytes(dice.pick([0, 1, 16, 32, 100, 200]));
};

/** A number likewise. */
export function integerFor(field: string, dice: Dice): bigint {
  const name = field.replaceAll('_', '').toLowerCase();
  if (name.endsWith('duration') || name === 'durationseconds') return dice.pick([900n, 3_600n, 43_200n]);
  if (name === 'recoverywindowindays' || name === 'automaticallyafterdays') return dice.pick([7n, 30n]);
  if (name === 'numberofbytes' || name === 'passwordlength') return dice.pick([16n, 32n, 64n]);
  if (name === 'nanos') return dice.pick([0n, 0n, 1n, 900_000_000n]);
  if (name === 'seconds') return dice.pick([1n, 30n, 1_800_000_000n]);
  return dice.pick([1n, 2n, 7n, 20n]);
}
