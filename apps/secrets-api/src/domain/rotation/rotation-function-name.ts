import { badRotationFunction } from './rotation-errors';

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const ARN = /^arn:aws:lambda:[a-z0-9-]{1,32}:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}$/;

/** The name or ARN of a rotation function, as RotateSecret has it. @throws InvalidParameterException */
export function requireFunctionName(name: string): string {
  if (!NAME.test(name) && !ARN.test(name)) throw badRotationFunction();
  return name;
}

/** The ARN for the policy decision, before anybody checks whether the function exists. */
export function arnOfFunction(name: string, { region, accountId }: { region: string; accountId: string }): string {
  return name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

/** The account in a function's ARN. */
export function accountOfFunction(arn: string): string {
  return arn.split(':')[4]!;
}

/** Names that custom functions cannot have. */
const BUILT_IN = 'strongroom-';

/** A built-in function, in the secret's account. */
export function isBuiltInFunction(arn: string, place: { region: string; accountId: string }): boolean {
  return arn.startsWith(arnOfFunction(BUILT_IN, place));
}
