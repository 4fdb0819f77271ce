import { auditOf } from '@strongroom/audit-trail';
import type { RotateSecretRequest, RotateSecretResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import { noRotationFunction, rotationIncomplete } from '../domain/rotation/rotation-errors';
import { arnOfFunction, requireFunctionName } from '../domain/rotation/rotation-function-name';
import { AWSCURRENT } from '../domain/labels';
import type { Dependencies } from './dependencies';
import { functionAdvice } from './function-advice';
import { type Call, type Located, type RequestContext, SECRET_TYPE } from './secret-access';
import { readRules, readToken } from './secret-message';
import { writeScope } from './write-scope';

export const rotateSecret = (d: Dependencies) =>
  unary<RotateSecretRequest, RotateSecretResponse, Call['caller']>(async (request, call) => {
    const name = request.rotationLambdaArn === undefined ? undefined : requireFunctionName(request.rotationLambdaArn);
    const rules = readRules(request.rotationRules);
    const immediately = request.rotateImmediately ?? true;
    const token = readToken(request.clientRequestToken, d.random);
    const located = await d.access.locate(call, request.secretId, { label: AWSCURRENT });
    d.access.auditTarget(call, located);
    const audit = auditOf(call);
    audit.parameter('clientRequestToken', request.clientRequestToken);
    audit.parameter('rotationLambdaARN', name);
    audit.parameter('rotationRules', rules && JSON.stringify(rules));
    audit.parameter('rotateImmediately', request.rotateImmediately);
    const found = d.access.require(call, 'RotateSecret', located, contextOf(d, located, request, name));
    d.access.auditFound(call, located);
    const { secret } = found;
    const { deadline, requestId } = call;
    d.access.requireInvokable(call, secret, name);
    if (name === undefined && !secret.rotation && !secret.deletion) {
      throw noRotationFunction(await functionAdvice(d, call, located, found));
    }
    const functionArn = name && (await d.rotationFunctions.resolve(secret.accountId, name, { deadline, requestId }));

    const scope = writeScope(call, secret.accountId);
    const wanted = { token, functionArn, rules, immediately, initiatedBy: call.caller.arn };
    const { request: rotation, wasIncomplete } = await d.rotations.rotate(found, wanted, scope);
    audit.resource(secret.arn, SECRET_TYPE, rotation?.token);
    if (rotation?.state === 'open') void d.rotationQueue.wake(secret, rotation);
    if (wasIncomplete) throw rotationIncomplete();
    return { arn: secret.arn, name: secret.name, versionId: rotation?.kind === 'rotate' ? rotation.token : undefined };
  });

function contextOf(
  { region }: Dependencies,
  { target }: Located,
  { rotationRules, rotateImmediately }: RotateSecretRequest,
  name: string | undefined,
): RequestContext {
  return {
    'secretsmanager:rotationlambdaarn': name && arnOfFunction(name, { region, accountId: target.accountId }),
    'secretsmanager:modifyrotationrules': String(rotationRules !== undefined),
    'secretsmanager:rotateimmediately': String(rotateImmediately ?? true),
  };
}
