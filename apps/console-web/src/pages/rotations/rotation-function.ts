import type { ConsoleProcedures } from '@strongroom/console-api';

type AnswerOf<P> = P extends { _def: { $types: { output: infer Answer } } } ? Answer : never;
export type RotationFunction = AnswerOf<ConsoleProcedures['rotation']['listRotationFunctions']>['functions'][number];
