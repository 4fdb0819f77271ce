import type { ConditionScope } from './conditions/condition';
import { ArnPattern, splitArn } from './conditions/arn-pattern';
import type { Placed } from './elements';
import type { ContextLookup } from './model';
import { Pattern, PatternSyntaxError } from './pattern';
import { quote, type Report } from './report';

/** The resources that a statement covers. */
export class ResourceMatcher {
  constructor(
    private readonly patterns: readonly (Pattern | ArnPattern)[],
    private readonly negated: boolean,
    /** The result of a NotResource if a variable in it has no value: a Deny applies, an Allow does not. */
    private readonly unknown: boolean,
  ) {}

  matches(resource: string, context: ContextLookup): boolean {
    let unknown = false;
    for (const pattern of this.patterns) {
      const match = pattern.matches(resource, context);
      if (match === true) return !this.negated;
      if (match === undefined) unknown = true;
    }
    return this.negated && (!unknown || this.unknown);
  }
}

/** Compiles a Resource or NotResource element. */
export function compileResources(
  resources: readonly Placed[],
  negated: boolean,
  { effect, variables }: ConditionScope,
  report: Report,
): ResourceMatcher {
  const patterns = resources.flatMap(({ text, place }) => {
    const broken = brokenRule(text, variables);
    if (broken) report.error(place, `${broken} (found ${quote(text)})`);
    try {
      return [broken || !hasOpenPartition(text) ? new Pattern(text, { wildcards: true, variables }) : openArn(text, variables)];
    } catch (error) {
      if (!(error instanceof PatternSyntaxError)) throw error;
      report.error(place, error.message);
      return [];
    }
  });
  return new ResourceMatcher(patterns, negated, effect === 'Deny');
}

const OPEN_PARTITION = /^[a-z-]*[*?][a-z*?-]*$/;
const hasOpenPartition = (text: string): boolean => OPEN_PARTITION.test(text.split(':', 2)[1] ?? '');

/** Compared part by part, so that a wildcard before the service cannot extend over it. */
const openArn = (text: string, variables: boolean): ArnPattern =>
  new ArnPattern(text + ':*'.repeat(Math.max(0, 6 - splitArn(text, variables).length)), variables);

/** A pattern that ends in `*` may end early; the `*` then covers the remaining parts. */
function brokenRule(text: string, variables: boolean): string | undefined {
  if (text === '*') return undefined;
  const parts = splitArn(text, variables);
  const [prefix, partition = '', service = ''] = parts;
  if (prefix !== 'arn' || parts.length < 3 || (parts.length < 6 && !text.endsWith('*'))) {
    return 'must be * or an ARN: arn:partition:service:region:account:resource';
  }
  if (!/^aws(-[a-z]+)*$/.test(partition) && !OPEN_PARTITION.test(partition))
    return 'must name the partition of the ARN, such as aws';
  if (!/^[a-z0-9-]+\*?$/.test(service) || (service.endsWith('*') && parts.length > 3)) {
    return 'must name the service of the ARN, without wildcards';
  }
  if (variables && parts.slice(0, 5).some((part) => part.includes('${'))) {
    return 'may have variables only in the last part of the ARN, after the fifth colon';
  }
  return undefined;
}
