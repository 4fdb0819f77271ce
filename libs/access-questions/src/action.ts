import {
  auditService,
  identityService,
  keyDependentsService,
  keyService,
  operationOf,
  secretsService,
  tokenService,
} from '@strongroom/methods';
import { CONDITION_KEYS } from '@strongroom/policy';
import { malformed } from './access-question-error';

export interface Action {
  /** Such as `secretsmanager`. */
  service: string;
  /** Such as `GetSecretValue`. */
  name: string;
  /** Whether Strongroom has it; a policy may name others. */
  isKnown: boolean;
}

export const textOf = ({ service, name }: Pick<Action, 'service' | 'name'>): string => `${service}:${name}`;

/**
 * Reads an action: `secretsmanager:GetSecretValue`, or the name alone where only one service has it; in any case.
 *
 * @throws AccessQuestionError for what is no action, and for a name that no service has, or several have
 */
export const parseAction = (text: string): Action => {
  const [service, name, ...more] = text.split(':');
  if (name === undefined) return uniqueAction(text);
  if (more.length > 0 || !/^[a-z0-9-]+$/i.test(service!) || !/^\w+$/.test(name)) {
    throw malformed(`ACTION must be one action, such as secretsmanager:GetSecretValue, without wildcards; not ${text}.`);
  }
  const known = knownActions().find((action) => textOf(action).toLowerCase() === text.toLowerCase());
  return known ?? { service: service!, name, isKnown: false };
};

const uniqueAction = (name: string): Action => {
  const found = knownActions().filter((action) => action.name.toLowerCase() === name.toLowerCase());
  if (found.length === 1) return found[0]!;
  if (found.length === 0) throw malformed(`ACTION: no service has ${name}.`, 'Write it as secretsmanager:GetSecretValue.');
  throw malformed(`ACTION: several services have ${name}.`, `Write ${found.map(textOf).join(' or ')}.`);
};

const SERVICES = {
  secretsmanager: [secretsService, keyDependentsService],
  kms: [keyService],
  iam: [identityService],
  sts: [tokenService],
  cloudtrail: [auditService],
} as const;

/** Actions that are not the name of an RPC, beside those that condition keys know. */
const MORE = [
  ...['cloudtrail:ValidateLogs', 'lambda:CreateFunction', 'lambda:GetFunction', 'lambda:ListFunctions', 'lambda:DeleteFunction'],
  'lambda:InvokeFunction',
  ...['ce:GetCostAndUsage', 'pricing:GetPriceList', 'pricing:PutPriceList', 'budgets:ModifyBudget', 'budgets:ViewBudget'],
];

/** RPCs for users, groups and roles alike; their actions are those of IAM, such as AttachUserPolicy. */
const HAS_OTHER_ACTIONS =
  /^(Attach|Detach)Policy$|InlinePolic|AttachedPolic|PermissionsBoundary$|^(Unt|T)agPrincipal$|^ReEncrypt$/;

const pathsOf = ({ contract }: { contract: Readonly<Record<string, { path: string }>> }): string[] =>
  Object.values(contract).map(({ path }) => path);

/** Every action that Strongroom has. */
export const knownActions = (): Action[] => {
  const ofMethods = Object.entries(SERVICES).flatMap(([prefix, services]) =>
    services.flatMap((service) =>
      pathsOf(service)
        .map(operationOf)
        .filter((name) => !HAS_OTHER_ACTIONS.test(name))
        .map((name) => `${prefix}:${name}`),
    ),
  );
  const ofKeys = Object.values(CONDITION_KEYS).flatMap((keys) => keys.flatMap(({ calls }) => calls.actions ?? []));
  return [...new Set([...ofMethods, ...ofKeys, ...MORE])].map((text) => {
    const [service, name] = text.split(':') as [string, string];
    return { service, name, isKnown: true };
  });
};
