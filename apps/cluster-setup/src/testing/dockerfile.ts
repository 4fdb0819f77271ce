import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './compose-file';

export interface Instruction {
  name: string;
  text: string;
}

export interface Stage {
  name: string;
  base: string;
  instructions: Instruction[];
}

export const readDockerfile = (): string => readFileSync(join(projectRoot, 'docker/Dockerfile'), 'utf8');

/** The stages in their order; continued lines are one. */
export const stagesOf = (dockerfile: string): Stage[] => {
  const stages: Stage[] = [];
  const lines = dockerfile.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  for (const line of lines.split('\n').filter((text) => text.trim() !== '')) {
    const [, name = '', text = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    const from = name === 'FROM' ? /^(\S+) AS (\S+)$/.exec(text) : undefined;
    if (from) stages.push({ base: from[1]!, name: from[2]!, instructions: [] });
    else if (name === 'FROM' || stages.length === 0) throw new Error(`not a stage with a name: ${line}`);
    else stages.at(-1)!.instructions.push({ name, text });
  }
  return stages;
};

export interface Copy {
  from?: string;
  sources: string[];
  target: string;
}

export const copiesOf = (stage: Stage): Copy[] =>
  stage.instructions
    .filter(({ name }) => name === 'COPY')
    .map(({ text }) => {
      const words = text.split(/\s+/);
      const from = words[0]?.startsWith('--from=') ? words.shift()!.slice('--from='.length) : undefined;
      return { from, sources: words.slice(0, -1), target: words.at(-1)! };
    });
