import { DomainError, type ErrorKind } from '@strongroom/errors';
import { FakeConnection } from '@strongroom/grpc-kit/testing';
import { rotationFunctionDirectoryService } from '@strongroom/methods';
import { RotationFunctionClient } from './rotation-function.client';

const METHOD = 'resolveRotationFunction';
const made = () => {
  const { connection, client } = FakeConnection.of(rotationFunctionDirectoryService);
  return { connection, functions: new RotationFunctionClient(client) };
};
/** rotation-worker as far as the client sees it: it answers. */
const answering = (functionArn: string) => {
  const { connection, functions } = made();
  connection.answers[METHOD] = () => ({ functionArn });
  return { connection, functions };
};
/** Or it ends with a status. */
const failing = (kind: ErrorKind) => {
  const { connection, functions } = made();
  connection.answers[METHOD] = () => {
    throw new DomainError({ kind, reason: 'status', message: 'status' });
  };
  return { connection, functions };
};
const options = () => ({ deadline: Date.now() + 200, requestId: 'r' });

describe('looking up rotation functions', () => {
  it('asks rotation-worker', async () => {
    const { connection, functions } = answering('arn:aws:lambda:us-east-1:000000000000:function:f');
    expect(await functions.resolve('000000000000', 'f', options())).toBe('arn:aws:lambda:us-east-1:000000000000:function:f');
    expect(connection.requests(METHOD)).toEqual([{ accountId: '000000000000', functionName: 'f' }]);
  });

  it('says of an unknown one what it says of one that may not be invoked', async () => {
    await expect(failing('not-found').functions.resolve('000000000000', 'f', options())).rejects.toMatchObject({
      reason: 'AccessDeniedException',
      message: expect.stringMatching(/^Secrets Manager cannot invoke the specified Lambda function\. /),
    });
  });

  it.each(['unavailable', 'deadline-exceeded'] as const)('says that rotation-worker is away for status %s', async (status) => {
    await expect(failing(status).functions.resolve('000000000000', 'f', options())).rejects.toMatchObject({
      reason: 'ServiceUnavailableException',
      message: expect.stringContaining('rotation-worker is unavailable'),
    });
  });

  it('passes on what else it says', async () => {
    await expect(failing('invalid-argument').functions.resolve('000000000000', 'f', options())).rejects.toMatchObject({
      kind: 'invalid-argument',
    });
  });
});
