import type { ConsoleProcedures } from '@strongroom/console-api';

type AnswerOf<P> = P extends { _def: { $types: { output: infer Answer } } } ? Answer : never;
export type RotationFunction = AnswerOf<ConsoleProcedures['rotation']['listRotationFunctions']>['functions'][number];

/** The last part of a function's ARN. */
export const functionName = (arn: string): string => arn.split(':').at(-1) ?? arn;
