import type { CommandModel } from './completion-model';
import { argumentKinds, branches, optionKinds, pathText, quoted } from './shell-text';

/** `name:what it does`, as _describe takes it. */
const described = (name: string, description: string): string => quoted(`${name.replaceAll(':', '\\:')}:${description}`);

/** Completion for zsh 5. */
export const zshScript = (model: readonly CommandModel[]): string => `#compdef strongroom
# Completion of strongroom for zsh.
# In ~/.zshrc, after compinit: source <(strongroom completion zsh)

_strongroom_commands() {
  case "$1" in
${branches(
  model.map((command) => [
    quoted(pathText(command)),
    `reply=(${command.commands.map(({ name, description }) => described(name, description)).join(' ')})`,
  ]),
)}
    *) reply=() ;;
  esac
}

_strongroom_options() {
  case "$1" in
${branches(
  model.map((command) => [
    quoted(pathText(command)),
    `reply=(${command.options.flatMap(({ names, description }) => names.map((name) => described(name, description))).join(' ')})`,
  ]),
)}
    *) reply=() ;;
  esac
}

# What an option takes, or what stands at a place: secret, profile, file, other, or = and the words.
_strongroom_kind() {
  case "$1" in
${branches([...optionKinds(model), ...argumentKinds(model)].map(([key, kind]) => [quoted(key), `REPLY=${quoted(kind)}`]))}
    *) REPLY='' ;;
  esac
}

_strongroom() {
  local at='' word kind='' option='' profile='' current=$words[CURRENT] REPLY
  local -i place=0 i
  local -a reply list
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $kind ]]; then
      [[ $option == -p || $option == --profile ]] && profile=$word
      kind=''
      continue
    fi
    case $word in
      --) _normal; return ;;
      --profile=*) profile=\${word#*=} ;;
      -*) option=$word; _strongroom_kind "\${at:+$at }$word"; kind=$REPLY ;;
      *)
        _strongroom_commands "$at"
        if (( \${reply[(I)$word:*]} )); then at="\${at:+$at }$word"; else place+=1; fi
        ;;
    esac
  done
  if [[ -z $kind && $current == --*=* ]]; then
    _strongroom_kind "\${at:+$at }\${current%%=*}"
    kind=$REPLY
    compset -P '*='
    current=\${current#*=}
  elif [[ -z $kind && $current == -* ]]; then
    _strongroom_options "$at"
    _describe option reply
    return
  elif [[ -z $kind ]]; then
    _strongroom_commands "$at"
    if (( \${#reply} )); then
      _describe command reply
      return
    fi
    _strongroom_kind "\${at:+$at }$place"
    kind=$REPLY
  fi
  case $kind in
    '='*) list=(\${(s: :)\${kind#=}}) ;;
    secret) list=(\${(f)"$($words[1] \${profile:+--profile} $profile __complete secrets "$current" 2> /dev/null)"}) ;;
    profile) list=(\${(f)"$($words[1] __complete profiles 2> /dev/null)"}) ;;
    file) _files; return ;;
  esac
  compadd -a list
}

compdef _strongroom strongroom
`;
