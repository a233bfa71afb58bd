import { UsageError } from '../../usage-error.ts';
import type { Run } from '../../verb.ts';

/** All three ask the command itself (`streams --complete …`), so that they know what this version can do. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_streams() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(streams --complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
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
  await output.plain(script);
  return 0;
};
