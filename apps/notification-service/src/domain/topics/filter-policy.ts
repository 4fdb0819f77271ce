import { compilePattern, type EventPattern, type Json, type JsonObject, PatternFault } from '@strongroom/event-pattern';
import type { FilterPolicyScope, SubscriptionSettings } from './subscription-settings';
import { invalidParameter } from './topic-errors';
import type { MessageAttribute, TopicMessage } from './topic-message';

/** Of a policy, as in SNS. */
const MAX_FIELDS = 5;
/** Policies that are kept compiled. */
const MAX_COMPILED = 500;

const compiled = new Map<string, EventPattern>();

/** @returns undefined for '', with which every message passes. @throws InvalidParameterException */
export function readFilterPolicy(policy: string, scope: FilterPolicyScope): EventPattern | undefined {
  if (policy === '') return undefined;
  const pattern = compile(policy);
  const fields = Object.entries(JSON.parse(policy) as JsonObject);
  const nested = fields.find(([name, value]) => name !== '$or' && !Array.isArray(value));
  if (scope === 'MessageAttributes' && nested) {
    throw invalid(`"${nested[0]}" must be an array: only the scope MessageBody has objects inside of objects.`);
  }
  if (fieldsIn(fields) > MAX_FIELDS) throw invalid(`It must have at most ${MAX_FIELDS} fields.`);
  return pattern;
}

const invalid = (rule: string) => invalidParameter('FilterPolicy', rule);

function compile(policy: string): EventPattern {
  let pattern = compiled.get(policy);
  if (pattern !== undefined) return pattern;
  try {
    pattern = compilePattern(policy);
  } catch (error) {
    if (error instanceof PatternFault) throw invalid(error.message);
    throw error;
  }
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(policy, pattern);
  return pattern;
}

/** The fields that have conditions, however deep. */
function fieldsIn(fields: readonly [string, Json | undefined][]): number {
  return fields.reduce((sum, [name, value]) => {
    if (name === '$or' && Array.isArray(value)) {
      return sum + value.reduce<number>((inner, one) => inner + fieldsIn(Object.entries(one as JsonObject)), 0);
    }
    return sum + (Array.isArray(value) ? 1 : fieldsIn(Object.entries(value as JsonObject)));
  }, 0);
}

/** Whether a subscription gets a message. */
export function passes(
  { filterPolicy, filterPolicyScope: scope }: Pick<SubscriptionSettings, 'filterPolicy' | 'filterPolicyScope'>,
  { text, attributes }: Pick<TopicMessage, 'text' | 'attributes'>,
): boolean {
  const pattern = readFilterPolicy(filterPolicy, scope);
  if (pattern === undefined) return true;
  const looked = scope === 'MessageBody' ? bodyOf(text) : valuesOf(attributes);
  return looked !== undefined && pattern.matches(looked);
}

function bodyOf(text: string): JsonObject | undefined {
  try {
    const body = JSON.parse(text) as Json;
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** As in SNS, policies do not see binary attributes. */
const valuesOf = (attributes: Readonly<Record<string, MessageAttribute>>): JsonObject =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { type, value }]) => {
      if (type.startsWith('Binary')) return [];
      if (type.startsWith('String.Array')) return [[name, JSON.parse(value) as Json]];
      return [[name, type.startsWith('Number') ? Number(value) : value]];
    }),
  );
