import type { CommandModel } from './completion-model';
import { argumentKinds, branches, optionKinds, pathText, quoted } from './shell-text';

/** Completion for bash 3.2 and newer, with no other package. */
export const bashScript = (model: readonly CommandModel[]): string => `# Completion of strongroom for bash.
# In ~/.bashrc: source <(strongroom completion bash)

_strongroom_commands() {
  case "$1" in
${branches(model.map((command) => [quoted(pathText(command)), `echo ${quoted(command.commands.map(({ name }) => name).join(' '))}`]))}
  esac
}

_strongroom_options() {
  case "$1" in
${branches(
  model.map((command) => [quoted(pathText(command)), `echo ${quoted(command.options.flatMap(({ names }) => names).join(' '))}`]),
)}
  esac
}

# What an option takes, or what stands at a place: secret, profile, file, other, or = and the words.
_strongroom_kind() {
  case "$1" in
${branches([...optionKinds(model), ...argumentKinds(model)].map(([key, kind]) => [quoted(key), `echo ${quoted(kind)}`]))}
  esac
}

_strongroom() {
  local line=\${COMP_LINE:0:COMP_POINT} words at='' word kind='' option='' profile='' place=0 i last current list char broken
  read -ra words <<< "$line"
  [[ $line == *' ' ]] && words+=('')
  last=$((\${#words[@]} - 1))
  current=\${words[last]}
  for ((i = 1; i < last; i++)); do
    word=\${words[i]}
    if [[ -n $kind ]]; then
      [[ $option == -p || $option == --profile ]] && profile=$word
      kind=''
      continue
    fi
    case $word in
      --) return ;;
      --profile=*) profile=\${word#*=} ;;
      -*) option=$word kind=$(_strongroom_kind "\${at:+$at }$word") ;;
      *)
        if [[ " $(_strongroom_commands "$at") " == *" $word "* ]]; then
          at="\${at:+$at }$word"
        else
          place=$((place + 1))
        fi
        ;;
    esac
  done
  COMPREPLY=()
  if [[ -z $kind && $current == --*=* ]]; then
    kind=$(_strongroom_kind "\${at:+$at }\${current%%=*}")
    current=\${current#*=}
  elif [[ -z $kind && $current == -* ]]; then
    kind="=$(_strongroom_options "$at")"
  elif [[ -z $kind ]]; then
    kind=$(_strongroom_kind "\${at:+$at }$place")
    list=$(_strongroom_commands "$at")
  fi
  case $kind in
    =*) list=\${kind#=} ;;
    secret) list=$("\${words[0]}" \${profile:+--profile "$profile"} __complete secrets "$current" 2> /dev/null) ;;
    profile) list=$("\${words[0]}" __complete profiles 2> /dev/null) ;;
    file)
      compopt -o filenames 2> /dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
      return
      ;;
  esac
  # Bash takes these characters for the ends of words, and completes only what comes after them.
  broken=''
  for char in = : @; do
    [[ $COMP_WORDBREAKS == *$char* && $current == *$char* && \${#current} -gt 0 ]] || continue
    word=\${current%"\${current##*"$char"}"}
    ((\${#word} > \${#broken})) && broken=$word
  done
  while IFS= read -r word; do
    [[ -n $word ]] && COMPREPLY+=("\${word#"$broken"}")
  done < <(compgen -W "$list" -- "$current")
}

complete -F _strongroom strongroom
`;
