import type { CommandModel, ValueKind } from './completion-model';

/** A word of a shell: the quotes make every character stand for itself. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** How the scripts tell a kind of value: its name, or `=` and the words. */
export const kindText = (kind: ValueKind): string => (typeof kind === 'string' ? kind : `=${kind.join(' ')}`);

export const pathText = ({ path }: CommandModel): string => path.join(' ');

/** The branches of a `case` of bash and zsh. */
export const branches = (cases: readonly (readonly [pattern: string, body: string])[]): string =>
  cases.map(([pattern, body]) => `    ${pattern}) ${body} ;;`).join('\n');

/** Kinds of values by command and option: `get --output`. */
export const optionKinds = (model: readonly CommandModel[]): (readonly [string, string])[] =>
  model.flatMap((command) =>
    command.options.flatMap(({ names, value }) =>
      value === undefined ? [] : names.map((name) => [`${pathText(command)} ${name}`.trim(), kindText(value)] as const),
    ),
  );

/** Kinds of values by command and place: `get 0`. */
export const argumentKinds = (model: readonly CommandModel[]): (readonly [string, string])[] =>
  model.flatMap((command) => command.arguments.map((kind, at) => [`${pathText(command)} ${at}`.trim(), kindText(kind)] as const));
