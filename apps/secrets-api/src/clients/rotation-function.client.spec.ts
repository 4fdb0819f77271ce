import type { RotationFunctionDirectoryServiceClient } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { RotationFunctionClient } from './rotation-function.client';

/** rotation-worker as far as the client sees it: it answers, or ends with a status. */
const answering = (answer: string | number) => {
  const asked: unknown[] = [];
  const client = {
    resolveRotationFunction(
      request: unknown,
      _metadata: unknown,
      _options: unknown,
      callback: (error: unknown, response?: { functionArn: string }) => void,
    ) {
      asked.push(request);
      if (typeof answer === 'string') callback(null, { functionArn: answer });
      else callback(Object.assign(new Error('status'), { code: answer, details: 'status' }));
      return { cancel: () => undefined };
    },
  } as unknown as Pick<RotationFunctionDirectoryServiceClient, 'resolveRotationFunction'>;
  return { asked, functions: new RotationFunctionClient(client) };
};
const options = () => ({ deadline: Date.now() + 200, requestId: 'r' });

const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const UNAVAILABLE = 14;

describe('looking up rotation functions', () => {
  it('asks rotation-worker', async () => {
    const { asked, functions } = answering('arn:aws:lambda:us-east-1:000000000000:function:f');
    expect(await functions.resolve('000000000000', 'f', options())).toBe('arn:aws:lambda:us-east-1:000000000000:function:f');
    expect(asked).toEqual([{ accountId: '000000000000', functionName: 'f' }]);
  });

  it('says of an unknown one what it says of one that may not be invoked', async () => {
    await expect(answering(NOT_FOUND).functions.resolve('000000000000', 'f', options())).rejects.toMatchObject({
      reason: 'AccessDeniedException',
      message: expect.stringMatching(/^Secrets Manager cannot invoke the specified Lambda function\. /),
    });
  });

  it.each([UNAVAILABLE, DEADLINE_EXCEEDED])('says that rotation-worker is away for status %i', async (status) => {
    await expect(answering(status).functions.resolve('000000000000', 'f', options())).rejects.toMatchObject({
      reason: 'ServiceUnavailableException',
      message: expect.stringContaining('rotation-worker is unavailable'),
    });
  });

  it('passes on what else it says', async () => {
    await expect(answering(INVALID_ARGUMENT).functions.resolve('000000000000', 'f', options())).rejects.toMatchObject({
      kind: 'invalid-argument',
    });
  });
});
