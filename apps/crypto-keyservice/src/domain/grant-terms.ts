import { parseArn } from '@strongroom/arn';
import type { EncryptionContext } from '@strongroom/envelope';
import { isDomainError } from '@strongroom/errors';
import { keyNumbers, keyTexts, obeys } from '@strongroom/field-rules';
import { isAsymmetric } from '@strongroom/key-algorithms';
import { isServiceName, principalArnFault } from '@strongroom/policy';
import type { GrantConstraints, GrantTerms } from './grant';
import { invalidArn, invalidGrantId, invalidMarker, validationFailed } from './key-errors';
import { keyOperations, type KeyOperation, type KeyOperationName } from './key-operations';
import { SYMMETRIC, type KeyKind } from './key-record';
import type { Page } from './keys.port';
import { requireContext, requireLimit } from './limits';

/** The members of a request that say who gets a grant, for what, and who may retire it; '' where there is none. */
export interface GrantRequest {
  granteePrincipal: string;
  granteeServicePrincipal: string;
  retiringPrincipal: string;
  retiringServicePrincipal: string;
  operations: readonly string[];
  constraints?: Record<'encryptionContextSubset' | 'encryptionContextEquals', EncryptionContext> & { sourceArn: string };
  name: string;
}

const GRANTABLE = Object.keys(keyOperations).filter((name): name is KeyOperationName => isGrantable(name as KeyOperationName));
const GRANT_ID = /^[0-9a-f]{64}$/;
/** Pairs of the encryption context in one constraint. */
const MAX_PAIRS = 8;
/** Code points. */
const MAX_VALUE = 384;

function isGrantable(operation: KeyOperationName): boolean {
  const { grantable }: KeyOperation = keyOperations[operation];
  return grantable === true;
}

/** @throws DomainError ValidationException, InvalidGrantIdException */
export function requireGrantId(grantId: string): string {
  if (!obeys(keyTexts.grantId, grantId)) throw validationFailed('GrantId must have 1 to 128 characters.');
  if (!GRANT_ID.test(grantId)) throw invalidGrantId();
  return grantId;
}

/** Lists of grants continue after the id in the marker. @throws DomainError ValidationException, InvalidMarkerException */
export function requireGrantPage({ limit, marker }: { limit?: number; marker: string }): Page {
  if (marker !== '' && !GRANT_ID.test(marker)) throw invalidMarker('Marker must be the NextMarker of an earlier response.');
  return { after: marker, limit: requireLimit(limit, { ...keyNumbers.shortLimit, byDefault: 50 }) };
}

/** @throws DomainError ValidationException, InvalidArnException */
export function requireGrantTerms(request: GrantRequest): GrantTerms {
  const { granteePrincipal, granteeServicePrincipal, retiringPrincipal, retiringServicePrincipal, name } = request;
  const grantee = onePrincipal('Grantee', granteePrincipal, granteeServicePrincipal);
  if (grantee === undefined) throw validationFailed('Specify a GranteePrincipal or a GranteeServicePrincipal.');
  const retiring = onePrincipal('Retiring', retiringPrincipal, retiringServicePrincipal);
  const constraints = requireConstraints(request.constraints);
  if (granteeServicePrincipal !== '') {
    if (constraints.sourceArn === undefined) throw validationFailed('A GranteeServicePrincipal needs the constraint SourceArn.');
    if (retiring === undefined) {
      throw validationFailed('A GranteeServicePrincipal needs a RetiringPrincipal or a RetiringServicePrincipal.');
    }
  }
  if (name !== '' && !obeys(keyTexts.grantName, name)) {
    throw validationFailed('Name must have 1 to 256 ASCII letters, digits and the characters :/_-.');
  }
  return { name: name || undefined, grantee, retiring, operations: requireOperations(request.operations), constraints };
}

/**
 * The principal or service that two members name between them.
 * @throws DomainError ValidationException, InvalidArnException
 */
export function onePrincipal(who: 'Grantee' | 'Retiring', principal: string, service: string): string | undefined {
  if (principal !== '' && service !== '') {
    throw validationFailed(`Specify either ${who}Principal or ${who}ServicePrincipal, not both.`);
  }
  for (const [member, text] of [
    [`${who}Principal`, principal],
    [`${who}ServicePrincipal`, service],
  ] as const) {
    if (text !== '' && !obeys(keyTexts.principal, text)) {
      throw validationFailed(`${member} must have 1 to 256 ASCII letters, digits and the characters _+=,.@:/-.`);
    }
  }
  const fault = principal === '' ? undefined : principalArnFault(principal);
  if (fault !== undefined) throw invalidArn(`${who}Principal ${fault}.`);
  if (service !== '' && !isServiceName(service)) throw invalidArn(`${who}ServicePrincipal must be the name of a service.`);
  return principal || service || undefined;
}

/**
 * Refuses a grant that the key can never honour.
 * @throws DomainError ValidationException
 */
export function requireSuitable({ operations, constraints }: GrantTerms, key: Pick<KeyKind, 'spec' | 'usage'>): void {
  for (const operation of operations) {
    if (!supports(key, operation)) {
      throw validationFailed(`A key of the spec ${key.spec} and the usage ${key.usage} does not support ${operation}.`);
    }
  }
  if (constraintTypeOf(constraints) !== undefined && key.spec !== SYMMETRIC.spec) {
    throw validationFailed('Constraints on the encryption context are for symmetric encryption keys.');
  }
}

/** kms:GrantConstraintType. */
export function constraintTypeOf(constraints: GrantConstraints): string | undefined {
  if (Object.keys(constraints.encryptionContextEquals).length > 0) return 'EncryptionContextEquals';
  return Object.keys(constraints.encryptionContextSubset).length > 0 ? 'EncryptionContextSubset' : undefined;
}

function supports({ spec, usage }: Pick<KeyKind, 'spec' | 'usage'>, operation: KeyOperationName): boolean {
  const { usage: needed }: KeyOperation = keyOperations[operation];
  if (needed !== undefined && needed !== usage) return false;
  if (operation === 'GetPublicKey') return isAsymmetric(spec);
  return !operation.startsWith('GenerateDataKey') || spec === SYMMETRIC.spec;
}

function requireOperations(names: readonly string[]): KeyOperationName[] {
  if (names.length < 1 || names.length > GRANTABLE.length) {
    throw validationFailed(`Operations must have 1 to ${GRANTABLE.length} members.`);
  }
  return [...new Set(names)].map((name) => {
    const operation = GRANTABLE.find((known) => known === name);
    if (operation === undefined) throw validationFailed(`Operations must be among ${GRANTABLE.join(', ')}.`);
    return operation;
  });
}

function requireConstraints(constraints: GrantRequest['constraints']): GrantConstraints {
  const { encryptionContextSubset = {}, encryptionContextEquals = {}, sourceArn = '' } = constraints ?? {};
  const contexts = { EncryptionContextSubset: encryptionContextSubset, EncryptionContextEquals: encryptionContextEquals };
  for (const [name, context] of Object.entries(contexts)) requireConstraint(name, requireContext(context));
  if (Object.values(contexts).every((context) => Object.keys(context).length > 0)) {
    throw validationFailed('Specify either EncryptionContextSubset or EncryptionContextEquals, not both.');
  }
  if (sourceArn !== '') requireSourceArn(sourceArn);
  return { encryptionContextSubset, encryptionContextEquals, sourceArn: sourceArn || undefined };
}

function requireSourceArn(arn: string): void {
  if (!obeys(keyTexts.sourceArn, arn)) throw validationFailed('SourceArn must have at most 512 characters.');
  if (/[*?]/.test(arn)) throw invalidArn('SourceArn must not have wildcards.');
  try {
    parseArn(arn, 'SourceArn');
  } catch (error) {
    throw isDomainError(error) ? invalidArn(error.message) : error;
  }
}

function requireConstraint(name: string, context: EncryptionContext): void {
  const values = Object.values(context);
  if (values.length > MAX_PAIRS) throw validationFailed(`${name} must have at most ${MAX_PAIRS} pairs.`);
  if (values.some((value) => !obeys({ max: MAX_VALUE }, value))) {
    throw validationFailed(`A value of ${name} must have at most ${MAX_VALUE} characters.`);
  }
}
