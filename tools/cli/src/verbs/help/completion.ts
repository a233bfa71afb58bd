import { UsageError } from '../../usage-error.ts';
import type { Run } from '../../verb.ts';

/** All three ask the command itself (`streams --complete …`), so that they know what this version can do. */
const scripts: Readonly<Record<string, string>> = {
  // Of a word with a colon in it, as URLs and some topics are, bash replaces no more than what follows the last colon.
  bash: `_streams() {
  local line="\${COMP_LINE:0:COMP_POINT}" current='' prefix='' candidate
  local -a words
  IFS=$' \\t\\n' read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current="\${words[\${#words[@]}-1]}"
  [[ $COMP_WORDBREAKS == *:* && $current == *:* ]] && prefix="\${current%"\${current##*:}"}"
  COMPREPLY=()
  while IFS= read -r candidate; do COMPREPLY+=("\${candidate#"$prefix"}"); done \\
    < <(streams --complete "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _streams streams`,
  zsh: `#compdef streams
_streams() {
  local -a found
  found=("\${(@f)$(streams --complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _streams streams`,
  fish: `complete -c streams -f -a '(streams --complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
};

export const run: Run = async ({ parameters, output }) => {
  const shell = parameters.argument(0);
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined)
    throw new UsageError(`there is no completion for ${shell}; use bash, zsh or fish`);
  await output.value({ shell, script }, () => script);
  return 0;
};
