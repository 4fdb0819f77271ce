import type { GetRandomPasswordRequest, GetRandomPasswordResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import { PASSWORD_LENGTH, randomPassword } from '@strongroom/random';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';

export const getRandomPassword = (d: Dependencies) =>
  unary<GetRandomPasswordRequest, GetRandomPasswordResponse, Call['caller']>(async (request, call) => {
    const { passwordLength, requireEachIncludedType = true, ...rules } = request;
    d.authorizer.require(call, {
      action: 'secretsmanager:GetRandomPassword',
      resource: '*',
      resourceAccountId: call.caller.accountId,
    });
    const length = Number(passwordLength ?? PASSWORD_LENGTH.default);
    return { randomPassword: randomPassword({ ...rules, length, requireEachIncludedType }, d.random) };
  });
