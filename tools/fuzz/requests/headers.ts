import type { Dice } from './dice';

const texts = ['', 'x', '__proto__', '../..', 'a'.repeat(4_000), '%00', '0', '-1', '${x}', 'a, b', '\u00e9'];

/** What gRPC callers can say beside their request. */
export function oddMetadata(dice: Dice): Record<string, string | Buffer> {
  const text = () => dice.pick(texts);
  const choices: (() => Record<string, string | Buffer>)[] = [
    () => ({ 'x-request-id': text() }),
    () => ({ 'strongroom-caller-bin': dice.bytes(dice.below(40)) }),
    () => ({ 'strongroom-caller-bin': Buffer.from('0a0561646d696e1a0478787878', 'hex') }),
    () => ({ authorization: `Basic ${dice.hex(12)}` }),
    () => ({ authorization: text() }),
    () => ({ traceparent: `00-${dice.hex(32)}-${dice.hex(16)}-01` }),
    () => ({ 'grpc-status-details-bin': dice.bytes(20) }),
    () => ({ 'x-forwarded-for': '127.0.0.1', 'x-amzn-requestid': text() }),
    () => ({ [`x-${'n'.repeat(200)}`]: text() }),
    () => Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`x-many-${at}`, 'x'])),
    () => ({ 'x-binary-bin': dice.bytes(6_000) }),
  ];
  return asciiOnly(dice.pick(choices)());
}

/** grpc-js sends no others. */
const asciiOnly = (metadata: Record<string, string | Buffer>): Record<string, string | Buffer> =>
  Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace(/[^\x20-\x7e]/g, '?') : value,
    ]),
  );

/** What clients of AWS can say beside theirs; it is signed with the rest. */
export function oddHeaders(dice: Dice): Record<string, string> {
  const text = () => dice.pick(texts).replace(/[^\x20-\x7e]/g, '?');
  const choices: (() => Record<string, string>)[] = [
    () => ({
      'x-amz-target': dice.pick([
        '',
        '.',
        'secretsmanager.',
        'secretsmanager.__proto__',
        'TrentService.constructor',
        'x'.repeat(3_000),
      ]),
    }),
    () => ({ 'x-amz-target': `secretsmanager.${text()}` }),
    () => ({
      'content-type': dice.pick([
        '',
        'application/json',
        'text/xml',
        'application/x-amz-json-1.0',
        'multipart/form-data; boundary=x',
      ]),
    }),
    () => ({ 'content-type': 'application/x-www-form-urlencoded', 'x-amz-target': 'secretsmanager.ListSecrets' }),
    () => ({ 'x-amz-content-sha256': dice.pick(['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', dice.hex(64)]) }),
    () => ({ 'content-encoding': dice.pick(['gzip', 'br', 'aws-chunked', 'x']) }),
    () => ({ 'user-agent': text() }),
    () => ({ 'x-forwarded-for': text(), forwarded: 'for=1' }),
    () => ({ 'x-amz-security-token': text() }),
    () => ({ 'amz-sdk-invocation-id': text(), 'amz-sdk-request': text() }),
    () => ({ expect: '100-continue' }),
    () => ({ cookie: text(), origin: 'https://example.com', 'x-http-method-override': 'DELETE' }),
    () => Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`x-many-${at}`, 'x'])),
  ];
  return dice.pick(choices)();
}
