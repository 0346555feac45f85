import type { Command, Option } from 'commander';

/** The shells that {@link completionScript} writes for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** A script that completes the commands, their flags and the values of these, made from the definitions of the commands. */
export function completionScript(shell: Shell, { commands }: Command): string {
  if (shell === 'fish') return fishScript(commands);
  // zsh runs the functions of bash.
  const setup = 'autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n';
  return `${shell === 'zsh' ? setup : ''}${bashScript(commands)}`;
}

function bashScript(commands: readonly Command[]): string {
  return [
    '_temporal_lro() {',
    '  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=',
    '  COMPREPLY=()',
    `  if [ "$COMP_CWORD" -eq 1 ]; then words='${commands.map((command) => command.name()).join(' ')} help'`,
    '  else case "${COMP_WORDS[1]}" in',
    ...commands.map((command) => `    ${command.name()}) case "$prev" in${bashCases(command)}\n    esac ;;`),
    '  esac; fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    '}',
    'complete -F _temporal_lro temporal-lro\n',
  ].join('\n');
}

function bashCases(command: Command): string {
  const withValue = command.options.filter(takesValue);
  const free = withValue.filter(({ argChoices }) => argChoices === undefined);
  const flags = command.options.map(({ long }) => long ?? '');
  const cases = [
    ...withValue
      .filter(({ argChoices }) => argChoices !== undefined)
      .map((option) => `${flagsOf(option).join('|')}) words='${option.argChoices?.join(' ') ?? ''}' ;;`),
    ...(free.length === 0 ? [] : [`${free.flatMap(flagsOf).join('|')}) return ;;`]),
    `*) words='${[...argumentsOf(command), ...flags, '--help'].join(' ')}' ;;`,
  ];
  return cases.map((line) => `\n      ${line}`).join('');
}

function fishScript(commands: readonly Command[]): string {
  const line = (...words: string[]): string => ['complete -c temporal-lro', ...words].join(' ');
  return [
    line('-f'),
    ...commands.map((command) =>
      line('-n __fish_use_subcommand -a', command.name(), '-d', fishText(command.summary())),
    ),
    ...commands.flatMap((command) => {
      const condition = `-n '__fish_seen_subcommand_from ${command.name()}'`;
      const values = argumentsOf(command);
      return [
        ...(values.length === 0 ? [] : [line(condition, '-a', fishText(values.join(' ')))]),
        ...command.options.map((option) =>
          line(
            condition,
            ...flagsOf(option).map((flag) => flag.replace(/^--/, '-l ').replace(/^-(?=\w$)/, '-s ')),
            ...(takesValue(option) ? ['-x'] : []),
            ...(option.argChoices === undefined ? [] : ['-a', fishText(option.argChoices.join(' '))]),
            '-d',
            fishText(option.description),
          ),
        ),
      ];
    }),
    '',
  ].join('\n');
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function flagsOf({ short, long }: Option): string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

function argumentsOf({ registeredArguments }: Command): readonly string[] {
  return registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
}

function fishText(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
