import { SeededRandom } from '@strongroom/random';
import { isGenuine, issueGrantToken, readGrantToken, readGrantTokens } from './grant-token';

const random = new SeededRandom('grant tokens');
const newGrant = () => ({ grantId: random.bytes(32).toString('hex'), tokenKey: random.bytes(32) });
const grant = newGrant();
const reason = (work: () => unknown): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

it('names its grant and proves it, each token anew', () => {
  const tokens = [issueGrantToken(grant, random), issueGrantToken(grant, random)];
  expect(tokens[0]).not.toBe(tokens[1]);
  for (const token of tokens) {
    const read = readGrantToken(token);
    expect(read.grantId).toBe(grant.grantId);
    expect(isGenuine(read, grant.tokenKey)).toBe(true);
  }
});

it('is no token of another grant, or of none', () => {
  const token = readGrantToken(issueGrantToken(grant, random));
  expect(isGenuine(token, newGrant().tokenKey)).toBe(false);
  expect(isGenuine(token, undefined)).toBe(false);
});

it('is not genuine once any byte is another', () => {
  const bytes = Buffer.from(issueGrantToken(grant, random), 'base64url');
  for (let i = 1; i < bytes.length; i++) {
    const changed = Buffer.from(bytes);
    changed[i]! ^= 1;
    expect(isGenuine(readGrantToken(changed.toString('base64url')), grant.tokenKey)).toBe(false);
  }
  bytes[0]! ^= 1;
  expect(reason(() => readGrantToken(bytes.toString('base64url')))).toBe('InvalidGrantTokenException');
});

it.each(['', 'token', 'x'.repeat(107), 'x'.repeat(109), 'x'.repeat(8_192), `${'x'.repeat(107)}=`])('refuses %j', (text) => {
  expect(reason(() => readGrantToken(text))).toBe('InvalidGrantTokenException');
});

it('comes at most ten times in a request', () => {
  const token = issueGrantToken(grant, random);
  expect(readGrantTokens(Array<string>(10).fill(token))).toHaveLength(10);
  expect(reason(() => readGrantTokens(Array<string>(11).fill('')))).toBe('ValidationException');
});
