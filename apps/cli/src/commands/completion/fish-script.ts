import type { CommandModel, OptionModel, ValueKind } from './completion-model';
import { optionKinds, pathText } from './shell-text';

/** In single quotes, fish knows two escapes. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Completion for fish 3. */
export const fishScript = (model: readonly CommandModel[]): string => `# Completion of strongroom for fish.
# In ~/.config/fish/config.fish: strongroom completion fish | source

set -g __strongroom_paths ${model
  .filter(({ path }) => path.length > 0)
  .map((command) => quoted(pathText(command)))
  .join(' ')}
set -g __strongroom_valued ${optionKinds(model)
  .map(([key]) => quoted(key))
  .join(' ')}

# Prints the command that is being written, and how many words stand after it.
function __strongroom_where
    set -l words (commandline -opc)
    set -l at ''
    set -l place 0
    set -l skip 0
    for word in $words[2..-1]
        if test $skip = 1
            set skip 0
        else if string match -q -- '-*' $word
            contains -- (string trim -- "$at $word") $__strongroom_valued; and set skip 1
        else if contains -- (string trim -- "$at $word") $__strongroom_paths
            set at (string trim -- "$at $word")
        else
            set place (math $place + 1)
        end
    end
    echo $at
    echo $place
end

function __strongroom_at
    set -l where (__strongroom_where)
    test "$where[1]" = "$argv[1]"; and begin
        test (count $argv) = 1; or test "$where[2]" = "$argv[2]"
    end
end

function __strongroom_secrets
    set -l words (commandline -opc)
    set -l profile
    for at in (seq (count $words))
        contains -- $words[$at] -p --profile; and set profile --profile $words[(math $at + 1)]
    end
    $words[1] $profile __complete secrets (commandline -ct) 2>/dev/null
end

function __strongroom_profiles
    strongroom __complete profiles 2>/dev/null
end

complete -c strongroom -f
${model.flatMap(linesOf).join('\n')}
`;

const linesOf = (command: CommandModel): string[] => {
  const at = `-n ${quoted(`__strongroom_at ${quoted(pathText(command))}`)}`;
  return [
    ...command.commands.map(({ name, description }) => `complete -c strongroom ${at} -a ${name} -d ${quoted(description)}`),
    ...command.options.map((option) => `complete -c strongroom ${at} ${optionText(option)}`),
    ...command.arguments.flatMap((kind, place) => {
      const here = `-n ${quoted(`__strongroom_at ${quoted(pathText(command))} ${place}`)}`;
      const words = wordsOf(kind);
      return words === '' ? [] : [`complete -c strongroom ${here} ${words}`];
    }),
  ];
};

const optionText = ({ names, description, value }: OptionModel): string => {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const takes = value === undefined ? [] : [value === 'file' ? '-r' : '-x', wordsOf(value)];
  return [...flags, ...takes, `-d ${quoted(description)}`].filter(Boolean).join(' ');
};

const wordsOf = (kind: ValueKind): string => {
  if (kind === 'secret') return "-a '(__strongroom_secrets)'";
  if (kind === 'profile') return "-a '(__strongroom_profiles)'";
  if (kind === 'file') return '-F';
  return kind === 'other' ? '' : `-a ${quoted(kind.join(' '))}`;
};
