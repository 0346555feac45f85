import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, type Instruction, ModifiableInstruction } from 'dockerfile-ast';
import { ROOT } from '../../examples/support/process.js';

export const DOCKERFILE = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

/** One instruction. Arguments in JSON form are split into their strings. */
export interface Step {
  keyword: string;
  /** `--from=build` is `{ from: 'build' }`. */
  flags: Record<string, string>;
  words: string[];
  /** The text after the keyword and the flags. */
  text: string;
}

/** The instructions from one FROM to the next. */
export interface Stage {
  image: string;
  name: string | undefined;
  steps: Step[];
}

/** The stages of a Dockerfile, without its comments. */
export function stagesOf(dockerfile: string): Stage[] {
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    const step = stepOf(instruction);
    if (step.keyword === 'FROM') {
      const [image = '', , name] = step.words;
      stages.push({ image, name, steps: [] });
    } else stages.at(-1)?.steps.push(step);
  }
  return stages;
}

/** The words of a command in JSON form, also after a keyword such as `CMD` in a HEALTHCHECK. */
export function jsonForm(text: string): string[] | undefined {
  const json = /\[.*\]$/s.exec(text)?.[0];
  return json === undefined ? undefined : (JSON.parse(json) as string[]);
}

/** The variables that ENV instructions set. */
export function variablesOf({ steps }: Stage): Record<string, string> {
  const pairs = steps
    .filter(({ keyword }) => keyword === 'ENV')
    .flatMap(({ words }) => words.map((word) => [word.split('=', 1)[0] ?? '', word.slice(word.indexOf('=') + 1)]));
  return Object.fromEntries(pairs) as Record<string, string>;
}

function stepOf(instruction: Instruction): Step {
  const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
  const words = instruction.getArguments().map((argument) => argument.getValue());
  return {
    keyword: instruction.getKeyword(),
    flags: Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ''])),
    words,
    text: words.join(' '),
  };
}
