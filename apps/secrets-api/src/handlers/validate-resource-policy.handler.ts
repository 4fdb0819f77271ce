import type {
  ValidateResourcePolicyRequest,
  ValidateResourcePolicyResponse,
  ValidationErrorsEntry,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import { compilePolicy, type Finding, publicGrants, validatePolicy } from '@strongroom/policy';
import { requirePolicyText } from '../domain/request-rules';
import type { Secret } from '../domain/secret';
import { policyLocksOut } from '../domain/secret-errors';
import type { Dependencies } from './dependencies';
import { blockPublicPolicyContext } from './put-resource-policy.handler';
import type { Call } from './secret-access';

export const validateResourcePolicy = (d: Dependencies) =>
  unary<ValidateResourcePolicyRequest, ValidateResourcePolicyResponse, Call['caller']>(async (request, call) => {
    const document = requirePolicyText(request.resourcePolicy);
    const secret = await permittedSecret(d, request.secretId, call);
    const validationErrors = findings(d, document, secret, call);
    return { policyValidationPassed: validationErrors.length === 0, validationErrors };
  });

async function permittedSecret(d: Dependencies, secretId: string | undefined, call: Call): Promise<Secret | undefined> {
  if (secretId === undefined) {
    const account = { resource: '*', resourceAccountId: call.caller.accountId };
    d.authorizer.require(call, { ...account, action: 'secretsmanager:ValidateResourcePolicy' });
    return undefined;
  }
  return (await d.access.open(call, 'ValidateResourcePolicy', secretId)).secret;
}

/** The faults of the grammar; otherwise who gets access and who is locked out. */
function findings(d: Dependencies, document: string, secret: Secret | undefined, call: Call): ValidationErrorsEntry[] {
  const errors = validatePolicy(document, 'resource').filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return errors.map((finding) => entry('POLICY_SYNTAX', finding));
  const policy = compilePolicy(document, 'resource');
  const open = publicGrants(policy).map((finding) => entry('PUBLIC_ACCESS', finding));
  // Being able to put the next policy in either way is enough.
  const ways = [true, false].map(blockPublicPolicyContext);
  if (!secret || ways.some((context) => d.access.couldChangePolicy(call, secret, policy, context))) return open;
  return [...open, { checkName: 'CALLER_LOCKOUT', errorMessage: policyLocksOut().message }];
}

const entry = (checkName: string, { place, rule }: Finding): ValidationErrorsEntry => ({
  checkName,
  errorMessage: place === '' ? rule : `${place}: ${rule}`,
});
