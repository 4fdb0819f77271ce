import type { GetSecretValueRequest, GetSecretValueResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { DescribeSecretRequest, DescribeSecretResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { StreamDataKeysRequest, StreamDataKeysResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import type { GetSessionTokenRequest, GetSessionTokenResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { AuditServiceService } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { auditService, dataKeyService, describeService, read, type secretsService, type tokenService } from '@strongroom/methods';
import { bidiStream, unary } from './handler';
import { type HandlersOf, served } from './served';

interface Caller {
  name: string;
}
const notCalled = () => Promise.reject(new Error('not called'));
const getSecretValue = unary<GetSecretValueRequest, GetSecretValueResponse, Caller>(notCalled);
const describeSecret = unary<DescribeSecretRequest, DescribeSecretResponse, Caller>(notCalled);
const streamDataKeys = bidiStream<StreamDataKeysRequest, StreamDataKeysResponse>(notCalled);

/** What the compiler says of these is the test: `npm run typecheck` fails where one of the errors is none. */
const compiled = {
  secrets: (): Partial<HandlersOf<typeof secretsService, Caller>>[] => [
    { getSecretValue, describeSecret },
    // @ts-expect-error -- another method's handler
    { getSecretValue: describeSecret },
    // @ts-expect-error -- it is a unary method
    { getSecretValue: streamDataKeys },
    // @ts-expect-error -- the service has no such method
    { getSecretValue, getSecret: getSecretValue },
  ],
  dataKeys: () => [
    served<typeof dataKeyService, Caller>(dataKeyService, { streamDataKeys }),
    // @ts-expect-error -- a method without a handler
    served<typeof dataKeyService, Caller>(dataKeyService, {}),
    served<typeof dataKeyService, Caller>(dataKeyService, {
      // @ts-expect-error -- the method is for services, which are nobody's callers
      streamDataKeys: bidiStream<StreamDataKeysRequest, StreamDataKeysResponse, Caller>(notCalled),
    }),
  ],
  tokens: (): Partial<HandlersOf<typeof tokenService, Caller>>[] => [
    { getSessionToken: unary<GetSessionTokenRequest, GetSessionTokenResponse, Caller | undefined>(notCalled) },
    // @ts-expect-error -- anyone may call it, also somebody whom nobody knows
    { getSessionToken: unary<GetSessionTokenRequest, GetSessionTokenResponse, Caller>(notCalled) },
  ],
  tables: () => {
    const forCallers = { callers: 'authenticated', ...read } as const;
    const { verifyTrail: _left, ...all } = auditService.methods;
    return [
      describeService(AuditServiceService, 'cloudtrail.amazonaws.com', { ...all, verifyTrail: forCallers }),
      // @ts-expect-error -- a method without a line
      describeService(AuditServiceService, 'cloudtrail.amazonaws.com', all),
      // @ts-expect-error -- a line without a method
      describeService(AuditServiceService, 'cloudtrail.amazonaws.com', { ...all, verifyTrail: forCallers, verify: forCallers }),
    ];
  },
};

it('compiles only where handlers and lines are those of their methods', () => {
  expect(Object.keys(compiled)).toHaveLength(4);
});

it('serves a service with its table', () => {
  expect(served<typeof dataKeyService, Caller>(dataKeyService, { streamDataKeys })).toEqual({
    service: dataKeyService,
    definition: dataKeyService.contract,
    handlers: { streamDataKeys },
  });
});
